import { createHash } from "node:crypto";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import plugin from "../../src/index.js";
import { appliedEdits } from "../../src/eslint/traced/moved.js";
import { generatedName } from "../../src/dialects/cloudformation/generated-name.js";
import { eslintIn, finding, put, read, runLint, workspace, type Run } from "../workspace.js";

/** A function that no file calls: only a trace tells whose its statement is. */
const SOURCE = `import * as iam from "aws-cdk-lib/aws-iam";

export function allow(role: iam.IGrantable): void {
  role.grantPrincipal.addToPrincipalPolicy(
    new iam.PolicyStatement({ actions: ["sqs:SendMessage", "sqs:PurgeQueue", "sqs:DeleteQueue", "sqs:Get*"], resources: ["*"] }),
  );
}
`;

const FIXED = SOURCE.replace('["sqs:SendMessage", "sqs:PurgeQueue", "sqs:DeleteQueue", "sqs:Get*"]', '["sqs:SendMessage", "sqs:GetQueueUrl"]');

const UNUSED = { sqs: ["PurgeQueue", "DeleteQueue", "GetQueueAttributes"] };

const HASH = "1A2B3C4D";

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

interface Options {
  readonly stack?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly entry?: object;
  readonly text?: string;
}

/** A trace of roles `<stack>-<id>…` that got the actions from the statement at line 5, column 5. */
function traceOf(ids: readonly string[], { stack = "Demo", files = {}, entry = {}, text = SOURCE }: Options = {}): string {
  const principals = ids.map((id) => {
    const { kind, fixed } = generatedName(`${id}${HASH}`);
    const name = { kind, regex: `^${stack}-${id}${HASH}-[A-Za-z0-9]{12}$`, fixed, shown: `${stack}-${id}${HASH}-<tail>`, id: `${id}${HASH}` };
    return [`role ${stack}/${id}`, { kind: "role", address: `${stack}/${id}`, name }] as const;
  });
  const place = { file: "lib/access.ts", sha256: sha256(text), line: 5, column: 5 };
  return JSON.stringify({
    format: "least-privilege trace 1",
    principals: Object.fromEntries(principals),
    files: { "lib/access.ts": sha256(text), ...Object.fromEntries(Object.entries(files).map(([path, content]) => [path, sha256(content)])) },
    entries: principals.flatMap(([key]) =>
      ["sqs:SendMessage", "sqs:PurgeQueue", "sqs:DeleteQueue", "sqs:Get*"].map((action) => ({ ...place, action, constructPath: `${key.slice(5)}/DefaultPolicy/Resource`, principals: [key], ...entry })),
    ),
    without: [],
    notRead: [],
  });
}

const roleOf = (id: string, stack = "Demo"): string => `${stack}-${id}${HASH}-AbCdEfGhIjKl`;

function lint(folder: string, trace: readonly string[] = ["trace.json"]): Promise<Run> {
  return runLint(folder, { trace, fix: true });
}

describe("a trace", () => {
  test("tells whose a function's statement is: all of its actions that nobody uses go, in one run", async () => {
    const folder = workspace({ "lib/access.ts": SOURCE, "trace.json": traceOf(["One", "Two"]), "findings/1.json": finding(roleOf("One"), UNUSED), "findings/2.json": finding(roleOf("Two"), UNUSED) });
    const { stdout, stderr, exitCode } = await lint(folder);
    expect(stdout).toBe("");
    expect(exitCode).toBe(0);
    expect(stderr).toContain("Fixed: 1 file.\n");
    expect(read(folder, "lib/access.ts")).toBe(FIXED);
  });

  test("works the same in ESLint, and is part of what its cache goes by", async () => {
    const folder = workspace({ "lib/access.ts": SOURCE, "trace.json": traceOf(["One"]), "findings/1.json": finding(roleOf("One"), UNUSED) });
    const settings = () => plugin.evidence({ findings: ["findings"], trace: ["trace.json"], cwd: folder });
    const before = settings();
    const [result] = await eslintIn(folder, [...plugin.configs.typescript, { settings: before }], { fix: true }).lintFiles(["lib/access.ts"]);
    expect(result?.output).toBe(FIXED);
    put(folder, "trace.json", traceOf(["One", "Two"]));
    expect(settings()["least-privilege"].fingerprint).not.toBe(before["least-privilege"].fingerprint);
  });

  test("one principal that uses an action, or has no finding, keeps it", async () => {
    const folder = workspace({ "lib/access.ts": SOURCE, "trace.json": traceOf(["One", "Two"]), "findings/1.json": finding(roleOf("One"), UNUSED), "findings/2.json": finding(roleOf("Two"), { sqs: ["PurgeQueue"] }) });
    await lint(folder);
    expect(read(folder, "lib/access.ts")).toBe(SOURCE.replace(' "sqs:PurgeQueue",', ""));

    const without = workspace({ "lib/access.ts": SOURCE, "trace.json": traceOf(["One", "Two"]), "findings/1.json": finding(roleOf("One"), UNUSED) });
    expect((await lint(without)).stderr).toContain("kept: lib/access.ts: role.grantPrincipal/DefaultPolicy: no finding for Demo/Two");
    expect(read(without, "lib/access.ts")).toBe(SOURCE);
  });

  test("several are united; and a role of the same construct in a stack that none tells of counts, too", async () => {
    const files = { "lib/access.ts": SOURCE, "dev.json": traceOf(["One"], { stack: "Dev" }), "prod.json": traceOf(["One"], { stack: "Prod" }) };
    const findings = { "findings/1.json": finding(roleOf("One", "Dev"), UNUSED), "findings/2.json": finding(roleOf("One", "Prod"), { sqs: ["DeleteQueue"] }) };
    const folder = workspace({ ...files, ...findings });
    await lint(folder, ["dev.json", "prod.json"]);
    expect(read(folder, "lib/access.ts")).toBe(SOURCE.replace(' "sqs:DeleteQueue",', ""));
    // Only one of the traces was given: the other stack's role has the same construct path.
    const one = workspace({ ...files, ...findings });
    await lint(one, ["dev.json"]);
    expect(read(one, "lib/access.ts")).toBe(SOURCE.replace(' "sqs:DeleteQueue",', ""));
  });

  test("one name in several accounts needs as many findings, in one trace or in several", async () => {
    const stages = JSON.parse(traceOf(["One"])) as { principals: Record<string, { address: string }>; entries: { principals: string[] }[] };
    const [dev] = Object.values(stages.principals);
    const both = JSON.stringify({
      ...stages,
      principals: { dev: { ...dev, address: "Dev/Demo/One" }, prod: { ...dev, address: "Prod/Demo/One" } },
      entries: stages.entries.flatMap((entry) => [{ ...entry, principals: ["dev"] }, { ...entry, principals: ["prod"] }]),
    });
    const prod = { "findings/2.json": finding(`arn:aws:iam::444455556666:role/${roleOf("One")}`, UNUSED) };
    for (const traces of [{ "both.json": both }, { "dev.json": traceOf(["One"]), "prod.json": traceOf(["One"]) }]) {
      const files = { "lib/access.ts": SOURCE, ...traces, "findings/1.json": finding(roleOf("One"), UNUSED) };
      const folder = workspace(files);
      const { stdout } = await lint(folder, Object.keys(traces));
      expect(stdout).toContain("Not fixed by itself, because the traces tell of 2 constructs with the name of");
      expect(stdout).toContain("and there are findings for one only.");
      expect(read(folder, "lib/access.ts")).toBe(SOURCE);
      const whole = workspace({ ...files, ...prod });
      await lint(whole, Object.keys(traces));
      expect(read(whole, "lib/access.ts")).toBe(FIXED);
    }
  });

  test("of another state of the file says nothing, and that is counted", async () => {
    const folder = workspace({ "lib/access.ts": `${SOURCE}\n// changed\n`, "trace.json": traceOf(["One"]), "findings/1.json": finding(roleOf("One"), UNUSED) });
    const { stdout, stderr } = await lint(folder);
    expect(stdout).toBe("");
    expect(stderr).toContain("Traces: 4 entries of 1 file not used, because the files have changed: synthesise the app again.\n  changed: lib/access.ts: 4 entries\n");
    expect(read(folder, "lib/access.ts")).toBe(`${SOURCE}\n// changed\n`);
  });

  test("leaves a suggestion when another file of the app has changed: it may call the same line for others", async () => {
    const app = "allow(one);\n";
    const files = { "lib/access.ts": SOURCE, "trace.json": traceOf(["One"], { files: { "bin/app.ts": app } }), "findings/1.json": finding(roleOf("One"), UNUSED) };
    const changed = workspace({ ...files, "bin/app.ts": "allow(one);\nallow(two);\n" });
    expect((await lint(changed)).stdout).toContain("Not fixed by itself, because bin/app.ts has changed since the app was traced: synthesise it again.");
    expect(read(changed, "lib/access.ts")).toBe(SOURCE);
    const same = workspace({ ...files, "bin/app.ts": app });
    await lint(same);
    expect(read(same, "lib/access.ts")).toBe(FIXED);
  });

  test("says where else the same policy gets an action, and what keeps a policy open", async () => {
    const also = [{ file: "lib/other.ts", line: 3, column: 7 }, { why: "it is made while the app is synthesised" }];
    const folder = workspace({ "lib/access.ts": SOURCE, "trace.json": traceOf(["One"], { entry: { also } }), "findings/1.json": finding(roleOf("One"), { sqs: ["PurgeQueue"] }) });
    const { stdout } = await runLint(folder, { trace: ["trace.json"] });
    expect(stdout.replace(/\s+/gu, " ")).toContain(
      'The same policy gets it from lib/other.ts:3:7 and a call without a line of its own (it is made while the app is synthesised), too: it goes when all of them are gone.',
    );
    const open = workspace({ "lib/access.ts": SOURCE, "trace.json": traceOf(["One"], { entry: { open: ["an override counts the statements of its policy"] } }), "findings/1.json": finding(roleOf("One"), UNUSED) });
    expect((await lint(open)).stdout.replace(/\s+/gu, " ")).toContain("Not fixed by itself, because an override counts the statements of its policy.");
  });

  test.each([
    ["{", /^.*trace\.json, line 1: the JSON is truncated/u],
    ["[]", /^.*trace\.json: expected a trace, not an empty list: synthesise the app again with eslint-plugin-least-privilege\/cdk-trace\.$/u],
    ['{"format":"least-privilege trace 2"}', /^.*trace\.json, format: expected "least-privilege trace 1": synthesise/u],
    [traceOf(["One"]).replace('"line":5', '"line":0'), /^.*trace\.json, entries\.0\.line: expected a number from 1: synthesise/u],
    [traceOf(["One"]).replace('"role Demo/One":', '"role Demo/Two":'), /^.*trace\.json, entry 1 of lib\/access\.ts: there is no principal "role Demo\/One" in the trace: synthesise/u],
    [traceOf(["One"]).replace(/\^Demo/u, "(Demo"), /^.*trace\.json, principals\.role Demo\/One\.name\.regex: expected a regular expression: synthesise/u],
  ])("that is none is a sentence: %s", async (text, sentence) => {
    const folder = workspace({ "lib/access.ts": SOURCE, "trace.json": text, "findings/1.json": finding(roleOf("One"), UNUSED) });
    await expect(lint(folder)).rejects.toThrow(sentence);
    await expect(lint(folder, ["missing.json"])).rejects.toThrow(`${join(folder, "missing.json")}: there is no such file`);
  });
});

describe("texts that come of our own edits", () => {
  const edit = (start: number, end: number, text = "") => ({ span: { start, end }, text });

  test("are told from others", () => {
    const edits = [edit(1, 3), edit(3, 5), edit(6, 7, "XY")];
    expect(appliedEdits("abcdefgh", edits, "abcdefgh")).toEqual([]);
    expect(appliedEdits("abcdefgh", edits, "adefgh")).toEqual([edits[0]]);
    expect(appliedEdits("abcdefgh", edits, "afXYh")).toEqual(edits);
    expect(appliedEdits("abcdefgh", edits, "abcdefgH")).toBeNull();
    expect(appliedEdits("aaaa", [edit(0, 1), edit(1, 2), edit(2, 3)], "aa")).toHaveLength(2);
    expect(appliedEdits("abab", [edit(0, 2)], "abab!")).toBeNull();
  });
});
