import { utimesSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { eslintIn, finding, inlinePolicy, put, workspace } from "../workspace.js";

/** As VS Code does it: one long-lived process, a new ESLint for each lint, the buffer's text instead of the file's. */
async function messagesOf(folder: string, path: string, buffer: string): Promise<string[]> {
  const [result] = await eslintIn(folder).lintText(buffer, { filePath: join(folder, path) });
  return (result?.messages ?? []).map(({ line, message }) => `${String(line)}: ${message.split(" ", 1)[0] ?? ""}`);
}

const bucket = finding("orders", { s3: ["GetBucketAcl"] });
const unused = inlinePolicy('          "s3:GetObject",\n          "s3:GetBucketAcl",');
const used = inlinePolicy('          "s3:GetObject",');

describe("an editor", () => {
  test("judges the unsaved buffer, not the file", async () => {
    const folder = workspace({ "findings/orders.json": bucket, "main.tf": used });
    expect(await messagesOf(folder, "main.tf", unused)).toEqual(['11: "s3:GetBucketAcl"']);
    put(folder, "main.tf", unused);
    expect(await messagesOf(folder, "main.tf", used)).toEqual([]);
    expect(await messagesOf(folder, "main.tf", `\n${unused}`)).toEqual(['12: "s3:GetBucketAcl"']);
  });

  test("a buffer that was never saved has neighbours all the same", async () => {
    const role = 'resource "aws_iam_role" "app" {\n  name = "orders"\n  assume_role_policy = "{}"\n}\n';
    const folder = workspace({ "findings/orders.json": bucket, "role.tf": role });
    const buffer = unused.replace('role = "orders"', "role = aws_iam_role.app.name");
    expect(await messagesOf(folder, "new.tf", buffer)).toEqual(['11: "s3:GetBucketAcl"']);
  });

  test("sees neighbours and findings that change between two lints", async () => {
    const role = (name: string): string => `resource "aws_iam_role" "app" {\n  name = "${name}"\n  assume_role_policy = "{}"\n}\n`;
    const folder = workspace({ "findings/orders.json": bucket, "role.tf": role("orders"), "main.tf": used });
    const buffer = unused.replace('role = "orders"', "role = aws_iam_role.app.name");
    expect(await messagesOf(folder, "main.tf", buffer)).toEqual(['11: "s3:GetBucketAcl"']);
    put(folder, "role.tf", role("billing"));
    expect(await messagesOf(folder, "main.tf", buffer)).toEqual([]);
    put(folder, "role.tf", role("orders"));
    put(folder, "findings/orders.json", finding("orders", { s3: ["GetObject"] }));
    expect(await messagesOf(folder, "main.tf", buffer)).toEqual(['10: "s3:GetObject"']);
  });

  test("findings that change under a configuration that stays loaded", async () => {
    const folder = workspace({ "findings/orders.json": bucket, "main.tf": used });
    const eslint = eslintIn(folder);
    const lint = async (): Promise<number> => (await eslint.lintText(unused, { filePath: join(folder, "main.tf") }))[0]?.messages.length ?? -1;
    expect(await lint()).toBe(1);
    put(folder, "findings/orders.json", finding("orders", { s3: ["PutObject"] }));
    utimesSync(join(folder, "findings/orders.json"), new Date(), new Date(Date.now() + 5000));
    expect(await lint()).toBe(0);
  });

  test("half-written text is a syntax error at its place, and the next keystroke is judged again", async () => {
    const folder = workspace({ "findings/orders.json": bucket, "main.tf": used });
    const [result] = await eslintIn(folder).lintText(unused.replace('name = "access"', "name = "), { filePath: join(folder, "main.tf") });
    expect(result?.messages).toMatchObject([{ fatal: true, line: 2 }]);
    expect(await messagesOf(folder, "main.tf", unused)).toEqual(['11: "s3:GetBucketAcl"']);
  });
});
