import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { builtInCatalogue } from "../../src/iam/catalogue.js";
import { contains } from "../../src/iam/pattern.js";
import { cover, divide, judgedNodes, shorterCovers, type Division, type JudgedNode } from "../../src/iam/cover.js";
import { matching, serviceActions } from "../../src/iam/service-actions.js";

/** Regular expressions over every node are slow. */
const RUNS = Math.min(200, Number(process.env["PROPERTY_RUNS"] ?? 200));

const TODAY = builtInCatalogue();

describe("cover", () => {
  it("does not repeat what another entry covers", () => {
    expect(covered("*", ["ListUsers", "ListUserTags", "ListUserPolicies", "GetUser"], ["ListRoles"])).toEqual(["GetUser", "ListUser*"]);
  });

  it("writes an inner action as a literal", () => {
    expect(covered("Get*", ["GetObject", "GetObjectTagging", "GetObjectTorrent"], ["GetObjectAcl"])).toEqual([
      "GetObject",
      "GetObjectTagging",
      "GetObjectTorrent",
    ]);
    expect(covered("GetObject*", ["GetObject", "GetObjectVersion", "GetObjectVersionAcl"], ["GetObjectAcl"])).toEqual([
      "GetObject",
      "GetObjectVersion*",
    ]);
  });

  it("writes one star for several", () => {
    expect(covered("Get***", ["GetUserTags", "GetUserPolicy"], ["GetRole"])).toEqual(["GetUser*"]);
    expect(covered("Get***s", ["GetUserTags", "GetUserPolicies"], ["GetRoles"])).toEqual(["GetUser*s"]);
  });

  it("descends where the rest of the pattern no longer fits", () => {
    const kept = ["CreateJob", "CreateJobQueue", "CreateJobQueueAlias", "CreateTransformJob", "DeleteJob", "DeleteJobTag"];
    expect(covered("*Job*", kept, ["CreateJobTag"])).toEqual([
      "CreateJob",
      "CreateJobQueue",
      "CreateJobQueueAlias",
      "CreateTransformJob",
      "Delete*Job*",
    ]);
  });

  it("tells names apart that differ in case only as IAM does", () => {
    expect(covered("*", ["GetA", "GetB", "PUT"], ["GET"])).toEqual(["GetA", "GetB", "PUT"]);
  });

  it("is what section by section enumeration gives", () => {
    fc.assert(
      fc.property(fc.constantFrom(...TODAY.services()), fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), (service, stream) => {
        const names = TODAY.actions(service);
        const random = (): number => Number(stream.next().value);
        const pattern = somePattern(names, random);
        const test = regexOf(pattern);
        const share = random();
        const matched = names.filter((name) => test.test(name));
        const unused = matched.filter(() => random() < share);
        if (unused.length === 0) return;
        const kept = matched.filter((name) => !unused.includes(name));
        expect(covered(pattern, kept, unused)).toEqual(enumerated(pattern, kept, unused));
      }),
      { numRuns: RUNS },
    );
  });
});

describe("where names are alike", () => {
  it("the cover is what word by word enumeration gives", () => {
    fc.assert(
      fc.property(someDense, ({ pattern, kept, gone, unused, strangers }) => {
        const entries = cover(divided(pattern, [...kept, ...unused], gone, strangers));
        expect(lower(entries)).toEqual(lower(enumerated(pattern, kept, [...gone, ...strangers])));
        for (const entry of entries) expect(kept.some((name) => name.startsWith(entry.split("*")[0] ?? ""))).toBe(true);
      }),
      { numRuns: RUNS * 10 },
    );
  });

  it("each node is judged by all that its pattern matches", () => {
    fc.assert(
      fc.property(someDense, ({ pattern, kept, gone, unused, strangers }) => {
        const star = pattern.indexOf("*");
        const rest = pattern.slice(star + 1);
        const nodes = judgedNodes(divided(pattern, [...kept, ...unused], gone, strangers));
        const missing = [...kept, ...gone].filter((name) => !nodes.some((node) => node.kept.includes(name) || node.gone.includes(name)));
        // A name as long as what stands before the star gives no pattern; nor does the only name of a service.
        const patterns = !onlyLiteralsFor(pattern) && kept.length + gone.length + unused.length > 1;
        expect(missing.filter((name) => patterns && name.length > star)).toEqual([]);
        for (const node of nodes.flatMap(everyNode)) {
          const { text, children } = node;
          const isBelow = (name: string): boolean => tokenEnds(name).includes(text.length) && name.startsWith(text);
          expect({ kept: node.kept, gone: node.gone }).toEqual({ kept: inOrder(kept).filter(isBelow), gone: inOrder(gone).filter(isBelow) });
          if (children.length === 0) continue;
          const test = regexOf(`${text}*${rest}`);
          const clashes = [...inOrder(gone), ...strangers.map((name) => name.toLowerCase())].filter((name) => test.test(name));
          const safe = clashes.length === 0 && node.kept.length > 0 && node.kept.every((name) => test.test(name));
          expect(node).toEqual({ ...node, pattern: `${text}*${rest}`, clashes, safe });
        }
      }),
      { numRuns: RUNS * 10 },
    );
  });
});

describe("shorterCovers", () => {
  it("merge within words, then cut single names down", () => {
    const [grouped, abbreviated] = shorterCovers(divided("Get*", ["GetStackSet", "GetStackRefs", "GetUser", "GetUse"], ["GetStacks", "GetRole"], ["GetUserTags"]));
    expect(grouped).toEqual(["GetStackRefs", "GetStackSet", "GetUse", "GetUser"]);
    expect(abbreviated).toEqual(["GetStackR*", "GetStackSet", "GetUse", "GetUser"]);
    expect(shorterCovers(divided("*", ["ListAliases", "ListAliasTags", "PutIt"], ["ListAny", "GetIt"]))).toEqual([
      ["ListAl*", "PutIt"],
      ["ListAl*", "P*"],
    ]);
  });

  it("cut nothing down to what is no shorter", () => {
    expect(shorterCovers(divided("*", ["GetAb", "GetAcl"], ["GetAa", "GetAd"]))).toEqual([
      ["GetAb", "GetAcl"],
      ["GetAb", "GetAcl"],
    ]);
    expect(shorterCovers(divided("*", ["GetUse", "GetUser", "GetUserTags"], ["GetUs", "GetUp"]))).toEqual([["GetUse*"], ["GetUse*"]]);
  });

  it("are what enumeration of all beginnings gives", () => {
    fc.assert(
      fc.property(someDense, ({ pattern, kept, gone, unused, strangers }) => {
        const covers = shorterCovers(divided(pattern, [...kept, ...unused], gone, strangers));
        const expected = [false, true].map((cut) => cutDown(pattern, kept, [...gone, ...strangers], cut));
        expect(covers.map(lower)).toEqual(onlyLiteralsFor(pattern) ? [] : expected.map(lower));
        for (const entry of covers.flat()) expect(kept.some((name) => name.startsWith(entry.split("*")[0] ?? ""))).toBe(true);
      }),
      { numRuns: RUNS * 10 },
    );
  });

  it("keep the rest of the pattern", () => {
    expect(shorterCovers(divided("*Tag", ["AddATag", "AddAllTag", "Tag"], ["AddBTag"]))).toEqual([
      ["AddA*Tag", "Tag"],
      ["AddA*Tag", "Tag"],
    ]);
  });

  it("are none where only literals will do", () => {
    expect(shorterCovers(divided("Get?b", ["GetJb"], ["GetAb"]))).toEqual([]);
  });
});

function everyNode(node: JudgedNode): readonly JudgedNode[] {
  return [node, ...node.children.flatMap(everyNode)];
}

/** What a pattern matches in a service whose names are made of few words, so that many begin or end alike. */
const someDense = fc
  .record({
    names: fc.uniqueArray(
      fc.array(fc.constantFrom("Add", "Ad", "A", "Tag", "TAG", "Tags", "s", "Job", "2"), { minLength: 1, maxLength: 4 }).map((parts) => parts.join("")),
      { minLength: 2, maxLength: 14, selector: (name) => name.toLowerCase() },
    ),
    start: fc.tuple(fc.nat(13), fc.nat(5)),
    rest: fc.constantFrom("", "", "", "Tag", "ag", "s", "?", "?g", "a?", "Tag*", "ag*a", "??*", "d*g", "Job*s"),
    question: fc.nat(9),
    goes: fc.array(fc.nat(4), { minLength: 14, maxLength: 14 }),
  })
  .map(({ names, start: [which, length], rest, question, goes }) => {
    const start = (names[which] ?? "").slice(0, length);
    const pattern = `${question === 0 ? start.replace(/.$/u, "?") : start}*${rest}`;
    const test = regexOf(pattern);
    const matched = names.filter((name) => test.test(name));
    const share = goes[0] ?? 0;
    const chosen = (least: number): readonly string[] => matched.filter((_, index) => (goes[index] ?? 0) + share >= least && (goes[index] ?? 0) + share < least + 2);
    const [gone, strangers] = [chosen(2), chosen(6)];
    const kept = matched.filter((name) => !gone.includes(name) && !strangers.includes(name));
    return { pattern, kept, gone, strangers, unused: names.filter((name) => !test.test(name)) };
  })
  .filter(({ gone, strangers }) => gone.length + strangers.length > 0);

function onlyLiteralsFor(pattern: string): boolean {
  const [star, question] = [pattern.indexOf("*"), pattern.indexOf("?")];
  return star === -1 || (question !== -1 && question < star);
}

/** Each name at its shortest safe beginning: for several names, or with `cut` also for one that becomes shorter. */
function cutDown(pattern: string, kept: readonly string[], gone: readonly string[], cut: boolean): readonly string[] {
  const star = pattern.indexOf("*");
  const rest = pattern.slice(star + 1);
  return withoutCovered(
    kept.map((name) => {
      const candidates = Array.from(name, (_, index) => `${name.slice(0, index + 1)}*${rest}`).slice(star);
      const fitting = candidates.filter((candidate) => regexOf(candidate).test(name));
      const safe = fitting.find((candidate) => !gone.some((other) => regexOf(candidate).test(other)));
      if (safe === undefined) return name;
      const several = kept.filter((other) => regexOf(safe).test(other)).length > 1;
      return several || (cut && safe.length < name.length) ? safe : name;
    }),
  );
}

function lower(entries: readonly string[]): readonly string[] {
  return entries.map((entry) => entry.toLowerCase());
}

/** The cover of what `pattern` matches of `kept`, in a service that has nothing but these actions. */
function covered(pattern: string, kept: readonly string[], unused: readonly string[]): readonly string[] {
  return cover(divided(pattern, kept, unused));
}

function divided(pattern: string, known: readonly string[], unused: readonly string[], strangers: readonly string[] = []): Division {
  const service = serviceActions([...known, ...unused]);
  const gone = new Set([...unused, ...strangers].map((name) => name.toLowerCase()));
  return divide(service, pattern, matching(service, pattern), gone);
}

describe("judgedNodes", () => {
  it("say which patterns clash with what", () => {
    const division = divided("Describe*", ["DescribeStackSet", "DescribeStackSetOperation", "DescribeType"], ["DescribeStacks"], ["DescribeStackSets"]);
    expect(judgedNodes(division).flatMap(drawn)).toEqual([
      "DescribeStacks* clashes: DescribeStacks describestacksets goes: DescribeStacks",
      "DescribeStack* clashes: DescribeStacks describestacksets",
      "  DescribeStackSet* clashes: describestacksets",
      "    DescribeStackSetOperation* safe",
      "DescribeType* safe",
    ]);
  });

  it("keep the rest of the pattern", () => {
    const kept = ["CreateJobQueue", "CreateJobQueueAlias", "DeleteJob", "DeleteJobTag"];
    expect(judgedNodes(divided("*Job*", kept, ["CreateJobTag"])).flatMap(drawn)).toEqual([
      "Create*Job* clashes: CreateJobTag goes: CreateJobTag",
      "  CreateJob*Job* unsafe goes: CreateJobTag",
      "    CreateJobQueue*Job* unsafe",
      "      CreateJobQueueAlias*Job* unsafe",
      "    CreateJobTag*Job* unsafe goes: CreateJobTag",
      "Delete*Job* safe",
      "  DeleteJob*Job* unsafe",
      "    DeleteJobTag*Job* unsafe",
    ]);
  });

  it("are none where only literals will do", () => {
    expect(judgedNodes(divided("Get?b", ["GetJb"], ["GetAb"]))).toEqual([]);
    expect(judgedNodes(divided("Ge?J*", ["GetJb"], ["GetJa"]))).toEqual([]);
  });

  it("begin behind what the pattern says", () => {
    expect(judgedNodes(divided("GetBucketP*", ["GetBucketPolicy", "GetBucketPolicyStatus", "PutIt"], ["GetBucketPublicAccessBlock"])).flatMap(drawn)).toEqual([
      "GetBucketPolicy* safe",
      "  GetBucketPolicyStatus* safe",
      "GetBucketPublic* clashes: GetBucketPublicAccessBlock goes: GetBucketPublicAccessBlock",
    ]);
  });

  function drawn({ pattern, gone, clashes, safe, children }: JudgedNode): readonly string[] {
    const state = safe ? "safe" : clashes.length > 0 ? `clashes: ${clashes.join(" ")}` : "unsafe";
    const goes = gone.length === 0 ? "" : ` goes: ${gone.join(" ")}`;
    return [`${pattern} ${state}${goes}`, ...children.flatMap(drawn).map((line) => `  ${line}`)];
  }
});

/** `*`, `Prefix*` (also within a word), `Prefix*Suffix`, `*Middle*`, and with a `?` somewhere. */
function somePattern(names: readonly string[], random: () => number): string {
  const name = names[Math.floor(random() * names.length)] ?? "x";
  const [from, to] = [Math.floor(random() * name.length), Math.floor(random() * name.length)].sort((a, b) => a - b);
  const kind = Math.floor(random() * 6);
  if (kind === 0) return "*";
  if (kind === 1) return `${name.slice(0, from)}*`;
  if (kind === 2) return `${name.slice(0, from)}*${name.slice(to)}`;
  if (kind === 3) return `*${name.slice(from, to)}*`;
  if (kind === 4) return `${name.slice(0, from)}?*`;
  return `${name.slice(0, from)}*?${name.slice((to ?? 0) + 1)}`.toLowerCase();
}

/** The cover by its definition: every prefix that ends where a word ends, each judged by itself with regular expressions. */
function enumerated(pattern: string, kept: readonly string[], unused: readonly string[]): readonly string[] {
  if (onlyLiteralsFor(pattern)) return inOrder(kept);
  const star = pattern.indexOf("*");
  const rest = pattern.slice(star + 1);
  const prefixesOf = (name: string): readonly string[] => tokenEnds(name).filter((end) => end > star).map((end) => name.slice(0, end));
  const below = (prefix: string): readonly string[] => kept.filter((name) => prefixesOf(name).includes(prefix));
  const safe = (prefix: string): boolean => {
    const test = regexOf(`${prefix}*${rest}`);
    return !unused.some((name) => test.test(name)) && below(prefix).every((name) => test.test(name));
  };
  const found = new Set<string>();
  for (const name of kept) {
    const shortest = prefixesOf(name).find(safe);
    // The only name below a node that is not safe is safe further down, as itself.
    const several = shortest !== undefined && below(shortest).length > 1;
    found.add(several ? `${shortest}*${rest}`.replace(/\*{2,}/gu, "*") : name);
  }
  return withoutCovered(found);
}

/** How long each beginning of a name is that ends where a word ends. */
function tokenEnds(name: string): readonly number[] {
  const ends = /(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[0-9])(?=[a-z])|(?=[^A-Za-z0-9])|(?<=[^A-Za-z0-9])|$/gu;
  return [...name.matchAll(ends)].map(({ index }) => index);
}

function inOrder(names: Iterable<string>): readonly string[] {
  return [...names].sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1));
}

function withoutCovered(entries: Iterable<string>): readonly string[] {
  const all = inOrder(new Map([...entries].map((entry) => [entry.toLowerCase(), entry])).values());
  return all.filter((entry) => !all.some((other) => other !== entry && contains(other, entry)));
}

function regexOf(pattern: string): RegExp {
  const source = Array.from(pattern, (c) => (c === "*" ? ".*" : c === "?" ? "." : c.replace("-", "\\-"))).join("");
  return new RegExp(`^${source}$`, "i");
}
