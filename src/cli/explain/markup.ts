/** Text as it may stand in XML and HTML, in elements and attributes. */
export function escaped(text: string): string {
  return text
    .replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, "\uFFFD")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}

/** Told apart by more than the colour: unsafe is dashed and crossed out, safe has a tick, an entry is filled. */
export const COLORS = {
  text: "#1f2328",
  dim: "#59636e",
  line: "#8c959f",
  entry: { fill: "#00664f", border: "#004d3b", text: "#ffffff", dim: "#c5e8dc" },
  safe: { fill: "#dcf3ea", border: "#00795c", text: "#003d2e", dim: "#33705f" },
  mixed: { fill: "#ffeacc", border: "#c25e00", text: "#5a2b00", dim: "#8a5a2b" },
  unused: { fill: "#ffb84d", border: "#9a4a00", text: "#3d1d00", dim: "#6b3a00" },
  more: { fill: "#f6f8fa", border: "#8c959f", text: "#424a53", dim: "#59636e" },
} as const;
