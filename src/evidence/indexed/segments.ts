/**
 * Part of a name that all names have which a regular expression matches: the name's beginning, or one of its segments (what stands
 * between characters that are no letters or digits) or the beginning of one.
 */
export interface NamePart {
  readonly kind: "start" | "segment" | "segment start";
  readonly text: string;
}

/** Shorter segments are in too many names. */
export const LEAST_SEGMENT = 4;

/** The segments of a name that it can be found by. */
export function segmentsOf(name: string): ReadonlySet<string> {
  return new Set(name.split(/[^A-Za-z0-9]+/u).filter((segment) => segment.length >= LEAST_SEGMENT));
}

/**
 * Parts of which every name has at least one that the anchored expression matches; null when nothing can be said. Of the
 * expressions' grammar only what the dialects write is understood; whatever else there is counts as unknown.
 */
export function partsOfAll(regex: string): readonly NamePart[] | null {
  const reader = new Reader(regex);
  const parts = reader.alternatives();
  return reader.isAtEnd && !reader.isForeign ? parts : null;
}

type Parts = readonly NamePart[] | null;

class Reader {
  readonly #text: string;
  #at = 0;
  /** Is there something that this reader does not know? */
  isForeign = false;

  constructor(text: string) {
    this.#text = text;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#text.length;
  }

  /** Up to the end of the group: what all alternatives have, together. */
  alternatives(): Parts {
    let together: Parts = [];
    for (;;) {
      const parts = this.#sequence();
      together = together === null || parts === null ? null : [...together, ...parts];
      if (this.#text[this.#at] !== "|") return together;
      this.#at += 1;
    }
  }

  /** Up to a `|` or the end of the group. */
  #sequence(): Parts {
    let best: Parts = null;
    let run = "";
    let isAtStart = false;
    const offer = (parts: Parts): void => {
      if (parts !== null && (best === null || shortest(parts) > shortest(best))) best = parts;
    };
    const endRun = (isEnd: boolean): void => {
      const part = partOf(run, isAtStart, isEnd);
      offer(part === null ? null : [part]);
      run = "";
      isAtStart = false;
    };
    while (!this.isAtEnd && this.#text[this.#at] !== "|" && this.#text[this.#at] !== ")") {
      const character = this.#text[this.#at] ?? "";
      if (character === "^") {
        isAtStart = run === "";
        this.#at += 1;
      } else if (character === "$") {
        endRun(true);
        this.#at += 1;
      } else if (character === "(") {
        // A look ahead takes up no characters.
        const isLook = /\(\?(?:<?[=!])/y.test(this.#text.slice(this.#at, this.#at + 4));
        const wasAtStart: boolean = isAtStart;
        if (!isLook) endRun(false);
        const parts = this.#group();
        const isOptional = this.#quantifier();
        if (!isLook && !isOptional) offer(parts);
        if (isLook) isAtStart = wasAtStart && run === "";
      } else {
        const literal = this.#atom();
        const isOptional = this.#quantifier();
        if (literal === null || isOptional) endRun(false);
        else run += literal;
      }
    }
    endRun(false);
    return best;
  }

  #group(): Parts {
    this.#at += /\((?:\?(?:[:=!]|<[=!]))?/y.exec(this.#text.slice(this.#at))?.[0].length ?? 1;
    const parts = this.alternatives();
    if (this.#text[this.#at] === ")") this.#at += 1;
    return parts;
  }

  /** The character that stands for itself; null for whatever may be one of several. */
  #atom(): string | null {
    const [atom = ""] = /\[(?:\\.|[^\]\\])*\]|\\.|[^]/uy.exec(this.#text.slice(this.#at)) ?? [];
    this.#at += atom.length;
    if (atom.length === 1) return atom === "." ? null : atom;
    if (!atom.startsWith("\\")) return null;
    if (/[^dDwWsSbB\W_]/u.test(atom.slice(1))) this.isForeign = true;
    return /\w/u.test(atom.slice(1)) ? null : atom.slice(1);
  }

  /** Is what stands before it not there for certain, and once only? */
  #quantifier(): boolean {
    const quantifier = /^(?:[*+?]|\{\d+(?:,\d*)?\})\??/u.exec(this.#text.slice(this.#at))?.[0] ?? "";
    this.#at += quantifier.length;
    return quantifier !== "";
  }
}

function shortest(parts: readonly NamePart[]): number {
  return Math.min(...parts.map(({ text }) => text.length));
}

function partOf(run: string, isAtStart: boolean, isAtEnd: boolean): NamePart | null {
  if (isAtStart && run.length >= LEAST_SEGMENT) return { kind: "start", text: run };
  const pieces = run.split(/([^A-Za-z0-9]+)/u);
  let best: NamePart | null = null;
  pieces.forEach((text, index) => {
    const isBegun = index > 0 || isAtStart;
    const isOver = index < pieces.length - 1 || isAtEnd;
    if (index % 2 === 1 || !isBegun || text.length < LEAST_SEGMENT || (best !== null && text.length <= best.text.length)) return;
    best = { kind: isOver ? "segment" : "segment start", text };
  });
  return best;
}
