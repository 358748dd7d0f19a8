import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { policyFile } from "../../src/dialects/policy-json.js";
import { applyEdits } from "../../src/edit.js";
import { recommendationTable, tableOf, type Evidence } from "../../src/evidence.js";
import type { Exception } from "../../src/exceptions/exceptions.js";
import { builtInCatalogue } from "../../src/iam/catalogue.js";
import { matches } from "../../src/iam/pattern.js";
import type { PrincipalEvidence } from "../../src/model/usage.js";
import { judge, type Judgement } from "../../src/verdict.js";
import { reported } from "../iam/reported.js";

const catalogue = builtInCatalogue();
const SQS = catalogue.actions("sqs");

function principal(name: string, unused: Parameters<typeof reported>[0]): PrincipalEvidence {
  const account = "111122223333";
  return { arn: `arn:aws:iam::${account}:role/${name}`, kind: "role", name, account, analyzedAt: "2026-09-01T00:00:00Z", findingIds: ["f"], unused: reported(unused) };
}

function exception(name: string, actions: readonly string[], line = 1): Exception {
  return { principal: name, actions, reason: "r", expires: null, file: "/e.yaml", line };
}

/** What `--fix` leaves of a policy of all these principals, by and by. */
function judged(statement: object, principals: readonly PrincipalEvidence[], exceptions: readonly Exception[]): { readonly actions: readonly string[]; readonly first: Judgement } {
  const evidence: Evidence = { files: [], principals: tableOf(principals), settled: tableOf([]), policies: tableOf([]), counts: [], credentials: [], recommendations: recommendationTable([]), skipped: [], fingerprint: "" };
  let text = JSON.stringify({ Statement: [{ Effect: "Allow", Action: "s3:GetObject" }, statement] });
  let first: Judgement | undefined;
  for (;;) {
    const located = policyFile({ path: "/p.json", text, tree: null, principals: principals.map(({ arn }) => arn) });
    const [judgement] = judge(text, located, { evidence, catalogue, protectedActions: [], rivals: () => [], exceptions });
    if (judgement?.outcome.kind !== "judged") throw new Error("nothing was judged");
    first ??= judgement;
    const [edit] = judgement.outcome.verdicts.flatMap(({ applicability, proposal }) => (applicability === "fix" && proposal !== null ? [proposal.edit] : []));
    if (edit === undefined) break;
    text = applyEdits(text, [edit]);
  }
  const { Statement } = JSON.parse(text) as { Statement: { Action?: string | string[] }[] };
  return { actions: Statement.slice(1).flatMap(({ Action = [] }) => Action), first };
}

function granted(entries: readonly string[]): readonly string[] {
  return SQS.filter((name) => entries.some((entry) => matches(entry, `sqs:${name}`)));
}

describe("excepted actions", () => {
  test("stay, and nothing else that all have unused does", () => {
    const names = fc.constantFrom(...SQS, "Purge*", "Get*", "*Queue*", "*");
    const list = fc.uniqueArray(names, { minLength: 1, maxLength: 4 });
    const unused = fc.oneof({ weight: 1, arbitrary: fc.constant("whole" as const) }, { weight: 4, arbitrary: fc.uniqueArray(fc.constantFrom(...SQS), { minLength: 1, maxLength: 15 }) });
    const exceptions = fc.array(fc.record({ principal: fc.constantFrom("a", "b", "*", "c"), actions: list.map((each) => each.map((name) => `sqs:${name}`)) }), { maxLength: 2 });
    fc.assert(
      fc.property(list, unused, unused, exceptions, (entries, ofA, ofB, agreed) => {
        const Action = entries.map((name) => `sqs:${name}`);
        const result = judged({ Effect: "Allow", Action }, [principal("a", { sqs: ofA }), principal("b", { sqs: ofB })], agreed.map(({ principal: who, actions }) => exception(who, actions)));
        const isUnused = (name: string): boolean => [ofA, ofB].every((own) => own === "whole" || own.includes(name));
        const isKept = (name: string): boolean => agreed.some(({ principal: who, actions }) => who !== "c" && actions.some((action) => matches(action, `sqs:${name}`)));
        expect(granted(result.actions)).toEqual(granted(Action).filter((name) => !isUnused(name) || isKept(name)));
      }),
      { numRuns: 400 },
    );
  });

  test("tell which exceptions keep something", () => {
    const roles = [principal("a", { sqs: ["PurgeQueue", "DeleteQueue"], sns: "whole" }), principal("b", { sqs: ["PurgeQueue"], sns: "whole" })];
    const keeping = (statement: object, ...exceptions: readonly Exception[]): readonly number[] => judged(statement, roles, exceptions).first.excepted.map(({ line }) => line);
    const exceptions = [
      exception("a", ["sqs:Purge*"], 1),
      exception("b", ["sqs:DeleteQueue"], 2),
      exception("*", ["sns:Publish"], 3),
      exception("c", ["sqs:*"], 4),
      exception("a", ["kms:*"], 5),
    ];
    expect(keeping({ Effect: "Allow", Action: ["sqs:*", "sns:*"] }, ...exceptions)).toEqual([1, 3]);
    expect(keeping({ Effect: "Allow", Action: ["sqs:SendMessage"] }, ...exceptions)).toEqual([]);
    expect(keeping({ Effect: "Deny", Action: ["sqs:*"] }, ...exceptions)).toEqual([]);
    expect(keeping({ Effect: "Allow", NotAction: ["iam:*", "sns:*"] }, ...exceptions)).toEqual([1]);
  });
});
