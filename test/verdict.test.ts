import { describe, expect, test } from "vitest";
import { applyEdits } from "../src/edit.js";
import type { Evidence, Settled } from "../src/evidence.js";
import { builtInCatalogue } from "../src/iam/catalogue.js";
import type { ActionEntry, Effect, ListElement, Opaque, PolicyDocument, SourceList, Statement } from "../src/model/policy.js";
import type { NameDoubt, PrincipalReference } from "../src/model/principal.js";
import type { Span } from "../src/model/text.js";
import type { PrincipalEvidence, UnusedPermissions } from "../src/model/usage.js";
import { judge, type JudgeOptions, type Judgement, type Verdict } from "../src/verdict.js";
import { reported } from "./iam/reported.js";
import { evidenceWith } from "./evidence-tables.js";

interface StatementSketch {
  readonly actions?: readonly string[];
  readonly notActions?: readonly string[];
  readonly effect?: Effect;
  readonly locked?: string;
  readonly opaque?: boolean;
  readonly removable?: boolean;
  /** The one action is the value itself. */
  readonly single?: boolean;
}

interface Sketch {
  /** In place of each `@` an entry; everything else as it stands. `#` begins a comment. */
  readonly text?: string;
  readonly statements: readonly StatementSketch[];
  readonly holder?: PolicyDocument["holder"];
  readonly open?: readonly string[];
  readonly doubts?: readonly NameDoubt[];
  readonly opaque?: boolean;
  readonly removable?: boolean;
  readonly principals?: readonly PrincipalReference[];
}

const WHY = "it is put together at deployment";
const UNUSED = { s3: ["DeleteBucket", "DeleteObject"], sqs: ["PurgeQueue"] };

const ORDERS: PrincipalReference = { kind: "role", address: "role.orders", name: { kind: "literal", name: "orders" } };
const WORKER: PrincipalReference = { kind: "role", address: "role.worker", name: { kind: "literal", name: "worker" } };
const DOUBT: NameDoubt = { address: "role.orders", clause: "its name is in doubt", leaves: "suggestion" };
const GENERATED: PrincipalReference = {
  kind: "role",
  address: "role.orders",
  name: { kind: "pattern", regex: "^stack-orders-.*$", fixed: 13, shown: "stack-orders-<tail>", id: "orders" },
};

function declaredIn(reference: PrincipalReference, place: string): PrincipalReference {
  return { ...reference, declared: { in: `/project/${place}`, address: "aws_iam_role.orders" } };
}

function principal(name: string, unused: UnusedPermissions, more: Partial<PrincipalEvidence> = {}): PrincipalEvidence {
  const account = more.account ?? "111122223333";
  const arn = `arn:aws:iam::${account}:role/${name}`;
  return { arn, kind: "role", name, account, analyzedAt: "2026-09-01T00:00:00Z", findingIds: ["f"], unused, ...more };
}

function evidence(principals: readonly PrincipalEvidence[], settled: readonly Settled[] = []): Evidence {
  return evidenceWith({ principals, settled });
}

interface Drawn {
  readonly text: string;
  readonly document: PolicyDocument;
  readonly comments: readonly Span[];
}

/** One statement `{ [` … `] }` after the other, one action a line, unless the sketch brings its own text. */
function draw(sketch: Sketch): Drawn {
  const body = sketch.text ?? sketch.statements.map(({ actions = [], notActions = [] }) => {
    const lines = [...actions, ...notActions].map(() => "    @");
    return `  { [\n${lines.join(",\n")}\n  ] }`;
  }).join(",\n");
  const values = sketch.statements.flatMap(({ actions = [], notActions = [] }) => [...actions, ...notActions]);
  let count = 0;
  const entries: Span[] = [];
  let text = "";
  for (const char of `[\n${body}\n]\n`) {
    const value = char === "@" ? values[count] : undefined;
    if (value === undefined) text += char;
    else {
      entries.push({ start: text.length, end: text.length + value.length + 2 });
      text += `"${value}"`;
      count += 1;
    }
  }
  const spans = [...text.matchAll(/\{[^}]*\}/gu)].map((match) => ({ start: match.index, end: match.index + match[0].length }));
  const list: SourceList = { syntax: "bracketed", open: 0, close: text.lastIndexOf("]"), items: spans };
  const statements = sketch.statements.map((statement, index): Statement => {
    const span = spans[index] ?? { start: 0, end: 0 };
    const own = entries.splice(0, (statement.actions ?? []).length + (statement.notActions ?? []).length);
    const inner: SourceList = { syntax: "bracketed", open: text.indexOf("[", span.start), close: text.indexOf("]", span.start), items: own };
    const entry = (value: string, at: number): ActionEntry => ({
      value,
      span: own[at] ?? span,
      quote: '"',
      home: statement.single === true ? { kind: "single", style: "bracketed" } : { kind: "item", element: { list: inner, index: at } },
      locked: statement.locked ?? null,
    });
    const actions = statement.actions ?? [];
    return {
      sid: null,
      effect: statement.effect ?? "Allow",
      actions: actions.map(entry),
      notActions: (statement.notActions ?? []).map((value, at) => entry(value, actions.length + at)),
      opaque: opaque(statement.opaque),
      span,
      element: statement.removable === false ? null : { list, index },
    };
  });
  const whole: ListElement = { list: { syntax: "blocks", items: [{ start: 0, end: text.length - 1 }] }, index: 0 };
  const document: PolicyDocument = {
    address: "policy",
    holder: sketch.holder ?? "role",
    span: { start: 0, end: text.length },
    statements,
    opaque: opaque(sketch.opaque),
    element: sketch.removable === false ? null : whole,
    attachment: { principals: sketch.principals ?? [ORDERS], open: sketch.open ?? [], doubts: sketch.doubts ?? [] },
  };
  const comments = [...text.matchAll(/#.*/gu)].map((match) => ({ start: match.index, end: match.index + match[0].length }));
  return { text, document, comments };
}

function opaque(present: boolean | undefined): readonly Opaque[] {
  return present === true ? [{ span: { start: 0, end: 1 }, why: WHY }] : [];
}

interface Judged {
  readonly text: string;
  readonly judgement: Judgement;
  readonly verdicts: readonly Verdict[];
}

function judged(sketch: Sketch, options: Partial<JudgeOptions> = {}): Judged {
  const { text, document, comments } = draw(sketch);
  const [judgement] = judge(text, { documents: [document], comments, opaque: [] }, {
    evidence: evidence([principal("orders", reported(UNUSED))]),
    catalogue: builtInCatalogue(),
    protectedActions: [],
    rivals: () => [],
    ...options,
  });
  if (judgement === undefined) throw new Error("There is no judgement.");
  return { text, judgement, verdicts: judgement.outcome.kind === "judged" ? judgement.outcome.verdicts : [] };
}

/** `s3:DeleteBucket fix entry`, `s3:* suggestion entry: …why`. */
function told(verdicts: readonly Verdict[]): readonly string[] {
  return verdicts.map(({ entry, applicability, proposal, withheld }) =>
    [entry.value, applicability, ...(proposal === null ? [] : [proposal.target])].join(" ") + (withheld === null ? "" : `: ${withheld}`),
  );
}

const KEPT = { actions: ["s3:GetObject"] };

describe("whose finding counts", () => {
  test("without a principal nothing is judged", () => {
    expect(judged({ statements: [{ actions: ["s3:DeleteBucket"] }], principals: [] }).judgement.outcome).toEqual({ kind: "no-principal" });
  });

  test("a principal without a finding keeps everything, whatever the others report", () => {
    const { judgement } = judged({ statements: [{ actions: ["s3:DeleteBucket"] }], principals: [ORDERS, WORKER] });
    expect(judgement.outcome).toEqual({ kind: "no-finding", without: [WORKER], needed: [] });
    expect(judgement.principals.map(({ name }) => name)).toEqual(["orders"]);
  });

  test("a finding that somebody accepted in another account keeps everything", () => {
    const { judgement } = judged(
      { statements: [{ actions: ["s3:DeleteBucket"] }] },
      {
        evidence: evidence(
          [principal("orders", reported(UNUSED))],
          [{ arn: "arn:aws:iam::444455556666:role/orders", kind: "role", name: "orders", account: "444455556666" }],
        ),
      },
    );
    expect(judgement.outcome).toEqual({ kind: "no-finding", without: [ORDERS], needed: [] });
  });

  test("what goes is unused in every account and by every principal", () => {
    const { verdicts } = judged(
      { statements: [{ actions: ["s3:DeleteBucket", "s3:DeleteObject", "sqs:PurgeQueue", "s3:GetObject"] }], principals: [ORDERS, WORKER] },
      {
        evidence: evidence([
          principal("orders", reported({ s3: ["DeleteBucket", "DeleteObject"], sqs: "whole" })),
          principal("orders", reported({ s3: "whole", sqs: ["PurgeQueue"] }), { account: "444455556666" }),
          principal("worker", reported({ s3: ["deletebucket", "GetObject"], sqs: ["PurgeQueue"] })),
        ]),
      },
    );
    expect(told(verdicts)).toEqual(["s3:DeleteBucket fix entry", "sqs:PurgeQueue fix entry"]);
  });

  test("what one reports and another does not stays when a wildcard is split, known to the catalogue or not", () => {
    const { verdicts } = judged(
      { statements: [{ actions: ["sqs:P*", "s3:GetObject"] }], principals: [ORDERS, WORKER] },
      {
        evidence: evidence([
          principal("orders", reported({ sqs: ["PurgeQueue", "PromoteQueue"] })),
          principal("worker", reported({ sqs: ["PurgeQueue"] })),
        ]),
      },
    );
    expect(verdicts[0]?.refinement).toMatchObject({ kind: "replace", entries: ["sqs:PromoteQueue"] });
  });

  test("a protected action that the catalogue lacks stays when a wildcard is split", () => {
    const options = { evidence: evidence([principal("orders", reported({ sqs: ["PurgeQueue", "PromoteQueue"] }))]), protectedActions: ["*:Promote*"] };
    const { verdicts } = judged({ statements: [{ actions: ["sqs:P*", "s3:GetObject"] }] }, options);
    expect(verdicts[0]?.refinement).toMatchObject({ kind: "replace", entries: ["sqs:PromoteQueue"] });
  });
});

describe("an entry", () => {
  test("that nobody uses is fixed", () => {
    const { text, verdicts } = judged({ statements: [{ actions: ["s3:DeleteBucket", "s3:GetObject"] }] });
    expect(told(verdicts)).toEqual(["s3:DeleteBucket fix entry"]);
    expect(applyEdits(text, verdicts.flatMap(({ proposal }) => proposal?.edit ?? []))).toBe('[\n  { [\n    "s3:GetObject"\n  ] }\n]\n');
  });

  test("that becomes narrower is fixed where it stands, be it a list's or not", () => {
    for (const single of [true, false]) {
      const { verdicts } = judged({ statements: [{ actions: ["sqs:P*"], single }, KEPT] }, {
        evidence: evidence([principal("orders", reported({ sqs: ["PurgeQueue"] }))]),
        catalogue: { ...builtInCatalogue(), actions: () => ["PurgeQueue", "PutQueue"] },
      });
      expect(told(verdicts)).toEqual(["sqs:P* fix entry"]);
      expect(verdicts[0]?.proposal?.edit.text).toBe('"sqs:PutQueue"');
    }
  });

  test.each<[string, Partial<Sketch>, Partial<StatementSketch>, Partial<JudgeOptions>, string]>([
    ["its Effect is not known", {}, { effect: "unknown" }, {}, "message: the Effect of its statement is not plain text"],
    ["it is locked", {}, { locked: "it is written with escapes" }, {}, "message: it is written with escapes"],
    ["the attachment is open", { open: ["an output exports it", "and more"] }, {}, {}, "suggestion entry: an output exports it"],
    ["a name is in doubt", { doubts: [DOUBT] }, {}, {}, "suggestion entry: its name is in doubt"],
    ["a name is in doubt and the attachment is open", { open: ["an output exports it"], doubts: [DOUBT] }, {}, {}, "suggestion entry: an output exports it"],
    ["a name is in grave doubt", { open: ["an output exports it"], doubts: [DOUBT, { ...DOUBT, leaves: "message", clause: "it is not known" }] }, {}, {}, "message: it is not known"],
    [
      "another file could declare the same generated name",
      { principals: [GENERATED] },
      {},
      { rivals: () => [{ shown: "other.yaml", declared: null }], evidence: evidence([principal("stack-orders-1A2B", reported(UNUSED))]) },
      "message: the name of role.orders is generated and could also come from other.yaml",
    ],
    [
      "several places declare the name, and the findings know fewer",
      { principals: [declaredIn(ORDERS, "dev"), declaredIn(ORDERS, "prod"), declaredIn(ORDERS, "prod")] },
      {},
      {},
      'suggestion entry: 2 places declare a role "orders", and there are findings for one only',
    ],
    [
      "several places declare a generated name, and the findings know fewer",
      { principals: [declaredIn(GENERATED, "dev"), declaredIn(GENERATED, "prod")] },
      {},
      { evidence: evidence([principal("stack-orders-1A2B", reported(UNUSED))]) },
      'suggestion entry: 2 places declare a role "stack-orders-<tail>", and there are findings for one only',
    ],
  ])("is not fixed by itself when %s", (_name, sketch, statement, options, expected) => {
    const { verdicts } = judged({ ...sketch, statements: [{ actions: ["s3:DeleteBucket", "s3:GetObject"], ...statement }] }, options);
    expect(told(verdicts)).toEqual([`s3:DeleteBucket ${expected}`]);
  });

  test("is fixed when the findings know the name as often as it is declared", () => {
    const principals = [declaredIn(ORDERS, "dev"), declaredIn(ORDERS, "prod")];
    const both = evidence([principal("orders", reported(UNUSED)), principal("orders", reported(UNUSED), { account: "444455556666" })]);
    const { verdicts } = judged({ principals, statements: [{ actions: ["s3:DeleteBucket", "s3:GetObject"] }] }, { evidence: both });
    expect(told(verdicts)).toEqual(["s3:DeleteBucket fix entry"]);
  });

  test("in a Deny is never told of", () => {
    expect(judged({ statements: [{ actions: ["s3:DeleteBucket"], effect: "Deny" }, KEPT] }).verdicts).toEqual([]);
  });

  test("of a NotAction is a suggestion to add to its list, and the bare star is told only", () => {
    const { verdicts } = judged({ statements: [{ notActions: ["iam:*"] }, { actions: ["*"] }] });
    expect(verdicts.map(({ element, applicability, proposal }) => [element, applicability, proposal?.target])).toEqual([
      ["NotAction", "suggestion", "list"],
      ["Action", "message", undefined],
    ]);
    expect(verdicts[0]?.withheld).toContain("NotAction grants everything that it does not name");
  });

  test("that the catalogue may be too old for is told only", () => {
    const stale = evidence([principal("orders", reported(UNUSED), { analyzedAt: "2030-01-01T00:00:00Z" })]);
    const { verdicts } = judged({ statements: [{ actions: ["s3:Delete*", "s3:DeleteBucket", "s3:GetObject"] }] }, { evidence: stale });
    expect(verdicts.map(({ entry, applicability }) => [entry.value, applicability])).toEqual([
      ["s3:Delete*", "message"],
      ["s3:DeleteBucket", "fix"],
    ]);
    expect(verdicts[0]?.withheld).toMatch(/^the action catalogue of .* is older than the analysis of 2030-01-01/u);
  });

  test("that would push its policy over the quota is a suggestion of shorter patterns, and the others are fixed", () => {
    const unused = reported({ ec2: ["DescribeInstances", "CreateVpc", "DeleteVpc", "RunInstances"], s3: ["DeleteBucket"] });
    const { verdicts } = judged(
      { statements: [{ actions: ["ec2:*", "s3:DeleteBucket", "s3:GetObject"] }], holder: "user" },
      { evidence: evidence([principal("orders", unused)]) },
    );
    expect(verdicts.map(({ applicability }) => applicability)).toEqual(["suggestion", "fix"]);
    expect(verdicts[0]?.withheld).toMatch(
      /^the policy would grow from \d+ to [\d,]+ characters, and the quota of the inline policies of a user is 2,048; with shorter patterns it would have [\d,]+$/u,
    );
  });

  test("that is protected stays without a word", () => {
    expect(judged({ statements: [{ actions: ["s3:DeleteBucket", "s3:GetObject"] }] }, { protectedActions: ["s3:Delete*"] }).verdicts).toEqual([]);
  });

  test("of a repeated one that becomes narrower goes, for the first grants the rest", () => {
    const { verdicts } = judged({ statements: [{ actions: ["s3:DeleteB*", "s3:DeleteB*"] }] });
    expect(verdicts.map(({ refinement }) => refinement.kind)).toEqual(["replace", "remove"]);
    expect(verdicts[1]?.refinement).toMatchObject({ coveredBy: verdicts[0]?.refinement.kind === "replace" ? verdicts[0].refinement.entries : [] });
    expect(told(verdicts)).toEqual(["s3:DeleteB* fix entry", "s3:DeleteB* fix entry"]);
  });
});

describe("a comment", () => {
  const two = [{ actions: ["s3:DeleteBucket", "s3:GetObject"] }];
  const beside = "s3:DeleteBucket suggestion entry: a comment beside it explains it";

  test.each([
    ["on its line", "  { [\n    @, # why\n    @\n  ] }"],
    ["on the line above", "  { [\n    # why\n    @,\n    @\n  ] }"],
    ["on its line, and for another entry", "  { [\n    @, @ # why\n  ] }"],
  ])("%s makes a suggestion", (_name, text) => {
    expect(told(judged({ text, statements: two }).verdicts)).toEqual([beside]);
  });

  test.each([
    ["after the entry above", "  { [ # why\n    @,\n    @\n  ] }"],
    ["with a blank line between", "  { [\n    # why\n\n    @,\n    @\n  ] }"],
    ["of the next entry", "  { [\n    @,\n    # why\n    @\n  ] }"],
    ["after the list", "  { [\n    @,\n    @\n  ] } # why"],
  ])("%s does not", (_name, text) => {
    expect(told(judged({ text, statements: two }).verdicts)).toEqual(["s3:DeleteBucket fix entry"]);
  });

  test.each([
    ["inside", "  { # why\n  [\n    @\n  ] },\n  { [ @ ] }"],
    ["above", "  # why\n  { [\n    @\n  ] },\n  { [ @ ] }"],
    ["at the end", "  { [\n    @\n  ] }, # why\n  { [ @ ] }"],
  ])("%s of a statement of which nothing is left makes a suggestion", (_name, text) => {
    const { verdicts } = judged({ text, statements: [{ actions: ["s3:DeleteBucket"] }, KEPT] });
    expect(told(verdicts)).toEqual(["s3:DeleteBucket suggestion statement: a comment explains its statement"]);
  });

  test("on every entry of a statement leaves each as a suggestion, for the other stays", () => {
    const text = "  { [\n    @, # one\n    @ # two\n  ] },\n  { [ @ ] }";
    const { verdicts } = judged({ text, statements: [{ actions: ["s3:DeleteBucket", "s3:DeleteObject"] }, KEPT] });
    expect(told(verdicts)).toEqual([beside, "s3:DeleteObject suggestion entry: a comment beside it explains it"]);
  });

  test("on one entry of several keeps the statement: the others go one by one", () => {
    const text = "  { [\n    @,\n    @ # two\n  ] },\n  { [ @ ] }";
    const { verdicts } = judged({ text, statements: [{ actions: ["s3:DeleteBucket", "s3:DeleteObject"] }, KEPT] });
    expect(told(verdicts)).toEqual(["s3:DeleteBucket fix entry", "s3:DeleteObject suggestion entry: a comment beside it explains it"]);
  });

  test("counts for less than an open attachment and for more than nothing", () => {
    const text = "  { [\n    @, # why\n    @\n  ] }";
    expect(told(judged({ text, statements: two, open: ["an output exports it"] }).verdicts)).toEqual([
      "s3:DeleteBucket suggestion entry: an output exports it",
    ]);
    expect(told(judged({ text, statements: [{ actions: ["s3:DeleteBucket", "s3:GetObject"], locked: "it is an alias" }] }).verdicts)).toEqual([
      "s3:DeleteBucket message: it is an alias",
    ]);
  });
});

describe("a statement of which nothing would be left", () => {
  const emptied = { actions: ["s3:DeleteBucket", "s3:DeleteObject"] };

  test("goes as a whole, whichever entry is fixed", () => {
    const { text, verdicts } = judged({ statements: [emptied, KEPT] });
    expect(told(verdicts)).toEqual(["s3:DeleteBucket fix statement", "s3:DeleteObject fix statement"]);
    for (const { proposal } of verdicts) {
      expect(applyEdits(text, proposal === null ? [] : [proposal.edit])).toBe('[\n  { [\n    "s3:GetObject"\n  ] }\n]\n');
    }
  });

  test("goes beside a Deny, and with a lone action that is no list", () => {
    expect(told(judged({ statements: [emptied, { actions: ["iam:*"], effect: "Deny" }] }).verdicts)).toEqual([
      "s3:DeleteBucket fix statement",
      "s3:DeleteObject fix statement",
    ]);
    expect(told(judged({ statements: [{ actions: ["s3:DeleteBucket"], single: true }, KEPT] }).verdicts)).toEqual(["s3:DeleteBucket fix statement"]);
  });

  test("is told of when it cannot be taken out", () => {
    const why = "message: nothing would be left of its statement: delete the statement";
    expect(told(judged({ statements: [{ ...emptied, removable: false }, KEPT] }).verdicts)).toEqual([
      `s3:DeleteBucket ${why}`,
      `s3:DeleteObject ${why}`,
    ]);
  });

  test("is not known when a part of it could not be read", () => {
    const why = "message: what would be left of its statement is not known from this file";
    expect(told(judged({ statements: [{ ...emptied, opaque: true }, KEPT] }).verdicts)).toEqual([`s3:DeleteBucket ${why}`, `s3:DeleteObject ${why}`]);
    expect(told(judged({ statements: [{ actions: ["s3:DeleteBucket", "s3:GetObject"], opaque: true }] }).verdicts)).toEqual(["s3:DeleteBucket fix entry"]);
  });
});

describe("a document of which nothing would be left", () => {
  const statements = [{ actions: ["s3:DeleteBucket"] }, { actions: ["sqs:PurgeQueue"] }];

  test("is a suggestion for all of its entries, or a message when it cannot be taken out", () => {
    const why = "suggestion policy: nothing would be left of the policy";
    expect(told(judged({ statements }).verdicts)).toEqual([`s3:DeleteBucket ${why}`, `sqs:PurgeQueue ${why}`]);
    const told2 = "message: nothing would be left of the policy: delete the policy, or what attaches it";
    expect(told(judged({ statements, removable: false }).verdicts)).toEqual([`s3:DeleteBucket ${told2}`, `sqs:PurgeQueue ${told2}`]);
  });

  test("is not known when a part of it could not be read", () => {
    const why = "message: what would be left of the policy is not known from this file";
    expect(told(judged({ statements, opaque: true }).verdicts)).toEqual([`s3:DeleteBucket ${why}`, `sqs:PurgeQueue ${why}`]);
    expect(told(judged({ statements: [...statements, KEPT], opaque: true }).verdicts)).toEqual([
      "s3:DeleteBucket fix statement",
      "sqs:PurgeQueue fix statement",
    ]);
  });

  test("says the stronger reason first", () => {
    expect(told(judged({ statements: [{ actions: ["s3:DeleteBucket"] }], open: ["an output exports it"] }).verdicts)).toEqual([
      "s3:DeleteBucket suggestion policy: an output exports it",
    ]);
    const text = "  { [\n    @ # why\n  ] }";
    expect(told(judged({ text, statements: [{ actions: ["s3:DeleteBucket"] }] }).verdicts)).toEqual([
      "s3:DeleteBucket suggestion policy: a comment beside it explains it",
    ]);
  });

  test("keeps a statement that a comment holds, and the other goes", () => {
    const text = "  { [\n    @ # why\n  ] },\n  { [\n    @\n  ] }";
    expect(told(judged({ text, statements }).verdicts)).toEqual([
      "s3:DeleteBucket suggestion statement: a comment beside it explains it",
      "sqs:PurgeQueue fix statement",
    ]);
  });
});
