/** All comments of a Terraform text, in order: what stands after `#` or `//`, or in between the marks of a block comment. */
export function hclComments(text: string): readonly string[] {
  const comments: string[] = [];
  code(text, 0, comments, false);
  return comments;
}

const TOKEN = /(?<comment>#[^\n]*|\/\/[^\n]*|\/\*[^]*?\*\/)|(?<heredoc><<-?(?<tag>[\w-]+)[ \t]*\r?\n)|[{}"]/gu;

/** Reads code from `at`, up to the brace that closes an interpolation if `inside` is set; gives the offset after it. */
function code(text: string, at: number, comments: string[], inside: boolean): number {
  let depth = 0;
  const token = new RegExp(TOKEN);
  token.lastIndex = at;
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    const groups = match.groups ?? {};
    const [whole] = match;
    if (groups["comment"] !== undefined) comments.push(whole.trimEnd());
    else if (groups["tag"] !== undefined) token.lastIndex = heredoc(text, token.lastIndex, groups["tag"]);
    else if (whole === '"') token.lastIndex = string(text, token.lastIndex, comments);
    else if (whole === "{") depth += 1;
    else {
      depth -= 1;
      if (inside && depth < 0) return token.lastIndex;
    }
  }
  return text.length;
}

function string(text: string, start: number, comments: string[]): number {
  for (let at = start; at < text.length; at += 1) {
    const two = text.slice(at, at + 2);
    if (text[at] === "\\") at += 1;
    else if (text[at] === '"') return at + 1;
    else if (/^([$%])\1\{/u.test(text.slice(at, at + 3))) at += 2;
    else if (two === "${" || two === "%{") at = code(text, at + 2, comments, true) - 1;
  }
  return text.length;
}

/** Its text is no place for comments that matter here; only its end counts. */
function heredoc(text: string, start: number, tag: string): number {
  const end = new RegExp(`^[ \\t]*${tag}[ \\t]*\\r?$`, "gmu");
  end.lastIndex = start;
  return end.exec(text) === null ? text.length : end.lastIndex;
}
