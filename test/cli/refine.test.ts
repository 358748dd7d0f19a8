import { describe, expect, test } from "vitest";
import { refinePolicyText } from "../../src/cli/refine.js";
import { BadInput } from "../../src/findings/bad-input.js";
import { finding, workspace } from "../workspace.js";

const orders = finding("orders", { s3: ["GetBucketAcl", "GetBucketCORS"], sqs: [] });
const principal = "arn:aws:iam::111122223333:role/orders";
const folder = workspace({ "findings/orders.json": orders });

function refine(text: string, more: { readonly principal?: string; readonly protect?: readonly string[]; readonly unusedFor?: number; readonly cwd?: string } = {}) {
  const { cwd = folder, ...options } = more;
  return refinePolicyText(text, { findings: ["findings"], principal, ...options }, cwd);
}

function refusal(text: string, more: Parameters<typeof refine>[1] = {}): string {
  try {
    refine(text, more);
  } catch (error) {
    expect(error).toBeInstanceOf(BadInput);
    return error instanceof Error ? error.message : "";
  }
  throw new Error("not refused");
}

const policy = (...actions: readonly string[]): string => `{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": [
${actions.map((action) => `        "${action}"`).join(",\n")}
      ],
      "Resource": "*"
    }
  ]
}
`;

describe("refine", () => {
  test("removes and narrows, and keeps the rest of the text as it was", () => {
    const { output, notes } = refine(policy("s3:GetObject", "s3:GetBucketA*", "s3:GetBucketCORS", "sqs:*"));
    expect(output).toBe(policy("s3:GetObject", "s3:GetBucketAbac"));
    expect(notes).toEqual(['narrowed "s3:GetBucketA*" to s3:GetBucketAbac', 'removed "s3:GetBucketCORS"', 'removed "sqs:*"']);
  });

  test("a policy without unused grants comes out byte for byte", () => {
    const text = `\uFEFF${policy("s3:GetObject", "iam:PassRole").replaceAll("\n", "\r\n")}`;
    expect(refine(text)).toEqual({ output: text, notes: [] });
  });

  test("an emptied statement goes; the last one stays and says why", () => {
    const two = '{"Statement":[{"Effect":"Allow","Action":"sqs:*","Resource":"*"},{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}';
    expect(refine(two).output).toBe('{"Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}');
    const one = '{"Statement":{"Effect":"Allow","Action":"sqs:*","Resource":"*"}}';
    expect(refine(one)).toMatchObject({ output: one, notes: [expect.stringMatching(/^kept "sqs:\*", because /u)] });
  });

  test("a managed policy loses what nobody uses who has it", () => {
    const arn = "arn:aws:iam::111122223333:policy/read";
    const data = {
      Arn: arn,
      JobStatus: "COMPLETED",
      JobCompletionDate: "2026-09-01T00:00:00Z",
      ServicesLastAccessed: [
        {
          ServiceNamespace: "s3",
          LastAuthenticated: "2026-08-31T00:00:00Z",
          TrackedActionsLastAccessed: [{ ActionName: "GetBucketAcl" }, { ActionName: "GetBucketCORS", LastAccessedTime: "2026-01-15T00:00:00Z" }],
        },
      ],
    };
    const cwd = workspace({ "findings/read.json": JSON.stringify(data) });
    const text = policy("s3:GetObject", "s3:GetBucketAcl", "s3:GetBucketCORS");
    expect(refine(text, { principal: arn, cwd })).toEqual({ output: policy("s3:GetObject", "s3:GetBucketCORS"), notes: ['removed "s3:GetBucketAcl"'] });
    expect(refine(text, { principal: arn, cwd, unusedFor: 90 }).output).toBe(policy("s3:GetObject"));
    expect(refusal(text, { principal: "arn:aws:iam::*:role/read", cwd })).toContain("the findings have no unused permissions of this principal");
  });

  test("denials and trust are not touched", () => {
    const text = '{"Statement":[{"Effect":"Deny","Action":"sqs:*","Resource":"*"},{"Effect":"Allow","NotAction":"s3:*","Resource":"*"}]}';
    expect(refine(text).output).toBe(text);
  });

  test("what is not understood is said with its place, and stays", () => {
    const statements = [
      '{"Effect":"Allow","Action":["s3:GetBucketAcl"],"Action":["s3:GetObject"],"Resource":"*"}',
      '{"Effect":"allow","Action":["s3:GetBucketAcl","s3:GetObject"],"Resource":"*"}',
      '{"Effect":"Allow","Action":["s3:GetBucketAcl",{"a":1},"s3:GetObject"],"Resource":"*"}',
      "null",
    ];
    const text = (third: string): string => `{"Statement":[\n${[...statements.slice(0, 2), third, ...statements.slice(3)].join(",\n")}]}`;
    expect(refine(text(statements[2] ?? ""))).toEqual({
      output: text('{"Effect":"Allow","Action":[{"a":1},"s3:GetObject"],"Resource":"*"}'),
      notes: [
        'kept "s3:GetBucketAcl", because the Effect of its statement is not plain text',
        'removed "s3:GetBucketAcl"',
        "not understood, standard input:2:1: the statement has more than one Action",
        "not understood, standard input:4:47: the action is not text",
        "not understood, standard input:5:1: the statement is not a map",
      ],
    });
    expect(refine('{"Statement":null}')).toEqual({
      output: '{"Statement":null}',
      notes: ["not understood, standard input:1:14: the Statement is neither a map nor a list"],
    });
  });

  test("its output is refined already", () => {
    const { output } = refine(policy("s3:Get*", "sqs:SendMessage"));
    expect(refine(output)).toEqual({ output, notes: [] });
  });

  test("protected actions stay; a wildcard in the principal finds the role in every account", () => {
    expect(refine(policy("s3:GetObject", "s3:GetBucketAcl"), { protect: ["s3:GetBucket*"] }).output).toBe(policy("s3:GetObject", "s3:GetBucketAcl"));
    expect(refine(policy("s3:GetObject", "s3:GetBucketAcl"), { principal: "arn:aws:iam::*:role/orders" }).output).toBe(policy("s3:GetObject"));
  });
});

describe("bad input", () => {
  test.each([
    ["", "standard input: it is empty: pipe one policy document in, such as < policy.json."],
    [" \n", "standard input: it is empty: pipe one policy document in, such as < policy.json."],
    ["[1]", "standard input: this is not a policy document but a list: pipe one policy document in, such as < policy.json."],
    ['{"a": 1}', 'standard input: this is not a policy document but an object with "a": pipe one policy document in, such as < policy.json.'],
    [
      '{"RoleName": "orders", "PolicyDocument": {"Statement": []}}',
      'standard input: this is not a policy document but an object with "RoleName", "PolicyDocument": take the document out of the response first, with --query PolicyDocument or PolicyVersion.Document.',
    ],
  ])("%j", (text, message) => {
    expect(refusal(text)).toBe(message);
  });

  test.each(['{"Statement": [', "Statement: []", "\u0000\uFFFD\u0001", '{"Statement": [],}'])("what is not JSON: %j", (text) => {
    expect(refusal(text)).toMatch(/^standard input: this is not JSON \([^\n]+\): pipe one policy document in, such as < policy\.json\.$/u);
  });

  test.each(["Principal", "NotPrincipal"])("a policy with a %s", (element) => {
    expect(refusal(`{"Statement":[{"Effect":"Allow","${element}":"*","Action":["s3:GetBucketAcl","s3:GetObject"],"Resource":"*"}]}`)).toBe(
      "standard input: the policy has a Principal: only identity policies, which grant to a role, user or group that they are attached to, are refined.",
    );
  });

  test("a principal that is no ARN, or has no finding", () => {
    expect(refusal(policy("s3:GetObject"), { principal: "orders" })).toBe(
      "--principal orders: is not an ARN: write arn:aws:iam::111122223333:role/orders.",
    );
    expect(refusal(policy("s3:GetObject"), { principal: "arn:aws:iam::111122223333:role/other" })).toContain("the findings have no unused permissions of this principal");
  });

  test("findings that are missing, and protected actions that are none", () => {
    expect(refusal(policy("s3:GetObject"), { cwd: workspace({}) })).toContain("there is no such file or folder");
    expect(refusal(policy("s3:GetObject"), { protect: ["ec2 stop"] })).toBe(
      'protected actions: "ec2 stop" is not an action: write it as ec2:TerminateInstances, or as a pattern such as backup:*.',
    );
  });
});
