import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ESLint, type Linter } from "eslint";
import { afterAll } from "vitest";
import { lint, type LintOptions } from "../src/cli/lint.js";
import plugin from "../src/index.js";

const made: string[] = [];

afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});

/** A folder of its own with the given files; gone after the test file. */
export function workspace(files: Readonly<Record<string, string>>): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "least-privilege-")));
  made.push(folder);
  for (const [path, text] of Object.entries(files)) put(folder, path, text);
  return folder;
}

export function put(folder: string, path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

export function read(folder: string, path: string): string {
  return readFileSync(join(folder, path), "utf8");
}

/** A get-finding-v2 response as JSON. `unused`: bare action names by service; an empty list means the whole service. */
export function finding(principal: string, unused: Readonly<Record<string, readonly string[]>>, more: object = {}): string {
  return JSON.stringify({
    id: `finding-${principal}`,
    findingType: "UnusedPermission",
    status: "ACTIVE",
    error: null,
    resource: principal.startsWith("arn:") ? principal : `arn:aws:iam::111122223333:role/${principal}`,
    resourceType: "AWS::IAM::Role",
    resourceOwnerAccount: "111122223333",
    analyzedAt: "2026-09-01T00:00:00Z",
    createdAt: "2026-08-01T00:00:00Z",
    updatedAt: "2026-09-01T00:00:00Z",
    findingDetails: Object.entries(unused).map(([serviceNamespace, actions]) => ({
      unusedPermissionDetails: { serviceNamespace, ...(actions.length === 0 ? {} : { actions: actions.map((action) => ({ action })) }) },
    })),
    ...more,
  });
}

export interface Run {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The `lint` command in a folder. */
export async function runLint(folder: string, options: Partial<LintOptions> = {}, paths: readonly string[] = []): Promise<Run> {
  const written = { stdout: "", stderr: "" };
  const exitCode = await lint(
    paths,
    { findings: ["findings"], color: false, ...options },
    {
      cwd: folder,
      stdout: { write: (text) => (written.stdout += text) },
      stderr: { write: (text) => (written.stderr += text) },
    },
  );
  return { exitCode, ...written };
}

/** ESLint with the recommended configuration in a folder whose findings are in `findings/`. */
export function eslintIn(folder: string, config: readonly Linter.Config[] = [], options: ESLint.Options = {}): ESLint {
  return new ESLint({
    cwd: folder,
    overrideConfigFile: true,
    overrideConfig: [
      ...plugin.configs.recommended,
      { settings: plugin.evidence({ findings: ["findings"], cwd: folder }) },
      ...config,
    ],
    ...options,
  });
}

/** The one policy that most tests look at: a role's inline policy in HCL with the given action lines. */
export function inlinePolicy(actions: string, role = "orders"): string {
  return `resource "aws_iam_role_policy" "${role}" {
  name = "access"
  role = "${role}"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Action = [
${actions}
        ]
        Resource = "*"
      },
    ]
  })
}
`;
}
