import { describe, expect, test } from "vitest";
import { nearestOf } from "../../src/cli/nearest.js";
import { finding, inlinePolicy, put, read, runLint, workspace } from "../workspace.js";

const orders = finding("orders", { s3: ["GetBucketAcl", "GetBucketCORS"] });
const source = inlinePolicy('          "s3:GetObject",\n          "s3:GetBucketAcl",\n          # needed\n          "s3:GetBucketCORS",');

const shared = (directory: string): string => `
resource "aws_iam_role" "${directory}" {
  name = "shared"
  assume_role_policy = "{}"
}
resource "aws_iam_role_policy" "${directory}" {
  role = aws_iam_role.${directory}.name
  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = ["sqs:SendMessage"], Resource = "*" }] })
}
resource "aws_iam_role" "prefixed" {
  name_prefix = "prefixed-${directory}-"
  assume_role_policy = "{}"
}
resource "aws_iam_role_policy" "prefixed" {
  role = aws_iam_role.prefixed.name
  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = ["sqs:SendMessage"], Resource = "*" }] })
}
`;

describe("--coverage-file", () => {
  test("tells what was matched and how, and what was not and why", async () => {
    const folder = workspace({
      "findings/all.jsonl": [
        orders,
        finding("shared", { sns: [] }),
        finding("prefixed-a-20260901000000000000000001", { sns: [] }),
        finding("prod-orders-worker", { sns: [] }),
        finding("nothing-like-it", { sns: [] }),
        finding("left", { sns: [] }, { status: "ARCHIVED" }),
      ].join("\n"),
      "main.tf": source,
      "a/main.tf": shared("a"),
      "b/main.tf": shared("b"),
      "c/main.tf": inlinePolicy('          "sqs:SendMessage",', "billing").replace('role = "billing"', "role = var.role"),
      "d/main.tf": inlinePolicy('          "sqs:SendMessage",', "orders-worker"),
      "e/main.tf": inlinePolicy("          var.action,", "orders"),
    });
    const { stderr, exitCode } = await runLint(folder, { coverageFile: "coverage.json" });
    expect(exitCode).toBe(1);
    expect(stderr).toMatchInlineSnapshot(`
      "Findings: 5 principals, 3 matched to sources (1 exactly, 1 by pattern, 1 ambiguous), 2 not matched.
        not matched: arn:aws:iam::111122223333:role/nothing-like-it: no policy document in these files grants to a principal of this name
        not matched: arn:aws:iam::111122223333:role/prod-orders-worker: no policy document in these files grants to a principal of this name; the nearest is "orders-worker" (d/main.tf: role "orders-worker")
        ambiguous: arn:aws:iam::111122223333:role/shared: several declarations have this name; it is granted by a/main.tf: aws_iam_role_policy.a, b/main.tf: aws_iam_role_policy.b
        not counted: 1 × ARCHIVED finding
      Policy documents: 8 in 6 files (6 files read), 1 without a known principal, 2 kept because a principal has no finding.
        principal not known: c/main.tf: aws_iam_role_policy.billing: it is also attached to a role that the source does not name ("var.role")
        kept: b/main.tf: aws_iam_role_policy.prefixed: no finding for aws_iam_role.prefixed
        kept: d/main.tf: aws_iam_role_policy.orders-worker: no finding for role "orders-worker"
        not understood: e/main.tf: aws_iam_role_policy.orders: var.action is not plain text
      Unused grants: 2 reported, 1 fixable, 1 withheld.
        not fixed: 1 × a comment beside it explains it
      "
    `);
    expect(JSON.parse(read(folder, "coverage.json"))).toMatchInlineSnapshot(`
      {
        "documents": {
          "count": 8,
          "files": 6,
          "modulesNotRead": [],
          "notAnalysed": [],
          "notUnderstood": [
            {
              "address": "aws_iam_role_policy.orders",
              "file": "e/main.tf",
              "reason": "var.action is not plain text",
            },
          ],
          "tracesChanged": [],
          "withoutAccount": [],
          "withoutFinding": [
            {
              "address": "aws_iam_role_policy.prefixed",
              "file": "b/main.tf",
              "principals": [
                "aws_iam_role.prefixed",
              ],
              "reason": "no finding for aws_iam_role.prefixed",
            },
            {
              "address": "aws_iam_role_policy.orders-worker",
              "file": "d/main.tf",
              "principals": [
                "role "orders-worker"",
              ],
              "reason": "no finding for role "orders-worker"",
            },
          ],
          "withoutKnownPrincipal": [
            {
              "address": "aws_iam_role_policy.billing",
              "file": "c/main.tf",
              "reason": "it is also attached to a role that the source does not name ("var.role")",
            },
          ],
        },
        "findings": {
          "ambiguous": [
            {
              "arn": "arn:aws:iam::111122223333:role/shared",
              "documents": [
                {
                  "address": "aws_iam_role_policy.a",
                  "file": "a/main.tf",
                },
                {
                  "address": "aws_iam_role_policy.b",
                  "file": "b/main.tf",
                },
              ],
            },
          ],
          "exact": [
            {
              "arn": "arn:aws:iam::111122223333:role/orders",
              "documents": [
                {
                  "address": "aws_iam_role_policy.orders",
                  "file": "e/main.tf",
                },
                {
                  "address": "aws_iam_role_policy.orders",
                  "file": "main.tf",
                },
              ],
            },
          ],
          "notCounted": [
            {
              "count": 1,
              "reason": "ARCHIVED finding",
            },
          ],
          "notMatched": {
            "count": 2,
            "principals": [
              {
                "arn": "arn:aws:iam::111122223333:role/nothing-like-it",
                "nearest": null,
                "reason": "no policy document in these files grants to a principal of this name",
              },
              {
                "arn": "arn:aws:iam::111122223333:role/prod-orders-worker",
                "nearest": {
                  "name": "orders-worker",
                  "where": "d/main.tf: role "orders-worker"",
                },
                "reason": "no policy document in these files grants to a principal of this name",
              },
            ],
          },
          "pattern": [
            {
              "arn": "arn:aws:iam::111122223333:role/prefixed-a-20260901000000000000000001",
              "documents": [
                {
                  "address": "aws_iam_role_policy.prefixed",
                  "file": "a/main.tf",
                },
              ],
            },
          ],
          "principals": 5,
        },
        "grants": {
          "fixable": 1,
          "reported": 2,
          "suggested": 1,
          "withheld": [
            {
              "count": 1,
              "reason": "a comment beside it explains it",
            },
          ],
        },
        "version": 1,
        "whole": true,
      }
    `);
  });

  test("names the folder that is missing", async () => {
    const folder = workspace({ "findings/orders.json": orders, "main.tf": source });
    await expect(runLint(folder, { coverageFile: "missing/coverage.json" })).rejects.toThrow(/^--coverage-file .+: cannot be written \(.+\): name a file in a folder that exists\.$/u);
  });
});

describe("a run in which no finding matched", () => {
  const unlike = { "findings/orders.json": finding("nobody", { s3: ["GetBucketAcl"] }), "main.tf": source };

  test("ends with exit code 2 and says what to do", async () => {
    const { stderr, exitCode } = await runLint(workspace(unlike));
    expect(exitCode).toBe(2);
    expect(stderr.split("\n").at(-2)).toBe(
      "least-privilege: no finding matched any source: run it where the sources of these accounts are, tell the ARNs with --state, --stack-resources or --principals, or allow it with --pass-on-no-match.",
    );
  });

  test("ends well when that is allowed, or when only some files were looked at", async () => {
    const folder = workspace(unlike);
    expect((await runLint(folder, { passOnNoMatch: true })).exitCode).toBe(0);
    expect((await runLint(folder, {}, ["main.tf"])).exitCode).toBe(0);
    put(folder, "findings/more.json", orders);
    expect((await runLint(folder)).exitCode).toBe(1);
  });
});

describe("the nearest name", () => {
  const candidates = ["orders-worker", "orders", "billing-exporter", "OrdersRole"].map((name) => ({ name, where: "main.tf" }));

  test.each([
    ["prod-orders-worker", "orders-worker"],
    ["order-worker", "orders-worker"],
    ["ordersrole", "OrdersRole"],
    ["billing-exporter-v2", "billing-exporter"],
    ["something-else", null],
    ["", null],
  ])("of %s is %s", (name, nearest) => {
    expect(nearestOf(candidates)(name)?.name ?? null).toBe(nearest);
  });
});
