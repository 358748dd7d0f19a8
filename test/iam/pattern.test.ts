import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { contains, expand, intersects, isPattern, isPrefixPattern, literalPrefix, matches, parseEntry } from "../../src/iam/pattern.js";

describe("parseEntry", () => {
  it.each(["*", "*:*"])("reads %j as everything", (value) => {
    expect(parseEntry(value)).toEqual({ kind: "all" });
  });

  it.each([
    ["s3:Get*", "s3", "Get*"],
    ["S3:getobject", "S3", "getobject"],
    ["rds-db:connect", "rds-db", "connect"],
    ["vpc-lattice:AssociateViaAWSService-EventsAndStates", "vpc-lattice", "AssociateViaAWSService-EventsAndStates"],
    ["ec2:*", "ec2", "*"],
    ["iam:*AccessKey?", "iam", "*AccessKey?"],
  ])("reads %j", (value, service, name) => {
    expect(parseEntry(value)).toEqual({ kind: "actions", service, name });
  });

  it.each(["", ":", "s3", "s3:", ":Get*", "s3:Get:Object", " s3:GetObject", "s3:GetObject\n", "s3:Get Object", "s3*:Get*", "**", "s3:Gét*", "${var.x}:Get*", "K3:Get*".replace("K", "\u212a")])(
    "does not know %j",
    (value) => {
      expect(parseEntry(value)).toEqual({ kind: "unknown" });
    },
  );
});

describe("matches", () => {
  it.each([
    ["Get*", "getobject", true],
    ["get*", "GET", true],
    ["Get*Acl", "GetObjectVersionAcl", true],
    ["Get*Acl", "GetAclx", false],
    ["Get*Acl", "GetAcl", true],
    ["*AccessKey*", "CreateAccessKey", true],
    ["Get?cl", "GetAcl", true],
    ["Get?", "Get", false],
    ["Get?*", "Get", false],
    ["*a*ab", "aaab", true],
    ["", "", true],
    ["", "a", false],
    ["**", "", true],
    ["Get.*", "GetObject", false],
  ])("%j and %j: %j", (pattern, name, expected) => {
    expect(matches(pattern, name)).toBe(expected);
  });

  it("expands in the order of the names", () => {
    expect(expand("get*", ["GetB", "PutA", "GetA"])).toEqual(["GetB", "GetA"]);
  });
});

describe("a pattern", () => {
  it.each([
    ["Get*", true, true, "Get"],
    ["*", true, true, ""],
    ["G?t*", true, false, "G"],
    ["G?t", true, false, "G"],
    ["*Acl", true, false, ""],
    ["Get**", true, false, "Get"],
    ["Get", false, false, "Get"],
    ["", false, false, ""],
  ])("%j has wildcards: %j, one star at its end: %j, before them: %j", (pattern, wild, prefix, start) => {
    expect([isPattern(pattern), isPrefixPattern(pattern), literalPrefix(pattern)]).toEqual([wild, prefix, start]);
  });
});

describe("contains", () => {
  it.each([
    ["Get*", "GetObject*", true],
    ["Get*", "GetObject", true],
    ["get*", "GETObject*", true],
    ["GetObject*", "Get*", false],
    ["GetObject", "GetObject*", false],
    ["Get*Tagging", "GetObject*Tagging", true],
    ["Get*Tagging", "GetObject*", false],
    ["*Job*", "Create*Job*", true],
    ["*?", "?*", true],
    ["?*", "*a", true],
    ["a?*b", "a*b", false],
    ["*a?*", "*a*b", true],
    ["*", "?", true],
    ["?", "*", false],
    ["", "*", false],
    ["*", "", true],
  ])("%j contains %j: %j", (outer, inner, expected) => {
    expect(contains(outer, inner)).toBe(expected);
  });

  it("agrees with automata on every pair of short patterns", () => {
    const patterns = [""];
    for (const pattern of patterns) if (pattern.length < 4) patterns.push(...["a", "b", "*", "?"].map((c) => pattern + c));
    const wrong: string[] = [];
    for (const outer of patterns) {
      for (const inner of patterns) {
        const { contained, meeting } = compare(outer, inner);
        if (contains(outer, inner) !== contained) wrong.push(`contains ${outer} ${inner}`);
        if (intersects(outer, inner) !== meeting) wrong.push(`intersects ${outer} ${inner}`);
        if (!isPattern(inner) && matches(outer, inner) !== contained) wrong.push(`matches ${outer} ${inner}`);
      }
    }
    expect(patterns).toHaveLength(341);
    expect(wrong).toEqual([]);
  });

  it("agrees with automata on longer patterns", () => {
    const glob = fc.array(fc.constantFrom("a", "a", "b", "*", "*", "?"), { maxLength: 9 }).map((parts) => parts.join(""));
    const narrowed = fc.tuple(glob, fc.infiniteStream(fc.constantFrom("", "*", "?", "a*", "*?b", "ab"))).map(([outer, stream]) => {
      const inner = outer.replace(/\*/gu, () => String(stream.next().value));
      return [outer, inner] as const;
    });
    fc.assert(
      fc.property(fc.oneof(fc.tuple(glob, glob), narrowed), ([outer, inner]) => {
        const { contained, meeting } = compare(outer, inner);
        return contains(outer, inner) === contained && intersects(outer, inner) === meeting;
      }),
      { numRuns: 3_000 },
    );
  });

  it("stays fast where an automaton would explode", () => {
    const hard = `*a${"?".repeat(60)}*b${"?".repeat(60)}`;
    expect(contains(hard, `a${hard}`)).toBe(true);
    expect(contains(`a${hard}`, hard)).toBe(false);
    expect(intersects(hard, `a${hard}`)).toBe(true);
  });
});

/** A deterministic automaton over three letters; state 0 is the first. */
interface Automaton {
  readonly next: readonly (readonly number[])[];
  readonly accepts: readonly boolean[];
}

const automata = new Map<string, Automaton>();

/** By subset construction; sets of places in the pattern are bit masks. */
function automaton(glob: string): Automaton {
  const known = automata.get(glob);
  if (known !== undefined) return known;
  const masks = [closure(glob, 1)];
  const next: number[][] = [];
  for (const mask of masks) {
    next.push(
      ["a", "b", "c"].map((letter) => {
        const target = closure(glob, step(glob, mask, letter));
        const found = masks.indexOf(target);
        return found === -1 ? masks.push(target) - 1 : found;
      }),
    );
  }
  const made = { next, accepts: masks.map((mask) => (mask & (1 << glob.length)) !== 0) };
  automata.set(glob, made);
  return made;
}

function step(glob: string, mask: number, letter: string): number {
  let next = 0;
  Array.from(glob).forEach((wanted, place) => {
    if ((mask & (1 << place)) === 0) return;
    if (wanted === "*") next |= 1 << place;
    else if (wanted === "?" || wanted === letter) next |= 1 << (place + 1);
  });
  return next;
}

function closure(glob: string, mask: number): number {
  let all = mask;
  Array.from(glob).forEach((wanted, place) => {
    if (wanted === "*" && (all & (1 << place)) !== 0) all |= 1 << (place + 1);
  });
  return all;
}

/** How two patterns' languages over a, b and a third letter stand to each other. */
function compare(outer: string, inner: string): { readonly contained: boolean; readonly meeting: boolean } {
  const [left, right] = [automaton(outer), automaton(inner)];
  const width = right.next.length;
  const pairs = [0];
  const seen = new Set(pairs);
  let contained = true;
  let meeting = false;
  for (const pair of pairs) {
    const [x, y] = [Math.floor(pair / width), pair % width];
    if (right.accepts[y] === true) {
      if (left.accepts[x] === true) meeting = true;
      else contained = false;
    }
    for (const letter of [0, 1, 2]) {
      const target = (left.next[x]?.[letter] ?? 0) * width + (right.next[y]?.[letter] ?? 0);
      if (seen.has(target)) continue;
      seen.add(target);
      pairs.push(target);
    }
  }
  return { contained, meeting };
}
