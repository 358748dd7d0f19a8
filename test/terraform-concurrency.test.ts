import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ESLint } from "eslint";
import { beforeAll, expect, test } from "vitest";
import { findingsText, someFindings } from "./terraform-generator/findings.js";
import { generate } from "./terraform-generator/project.js";
import { randomOf } from "./terraform-generator/random.js";
import { read, workspace } from "./workspace.js";

/** Workers load the configuration themselves, and with it the built plugin. `npm test` builds it. */
const plugin = join(import.meta.dirname, "..", "dist", "src", "index.js");

beforeAll(() => {
  if (!existsSync(plugin)) throw new Error("Run npm run build first.");
});

const CONFIG = `import plugin from ${JSON.stringify(pathToFileURL(plugin).href)};
export default [...plugin.configs.recommended, { settings: plugin.evidence({ findings: ["findings"], cwd: import.meta.dirname }) }];
`;

/** Several projects in one tree, with findings for all. */
function tree(seeds: readonly number[]): Readonly<Record<string, string>> {
  const files: Record<string, string> = {};
  const findings = seeds.flatMap((seed) => {
    const generated = generate(seed);
    for (const [path, { text }] of generated.files) files[`team${String(seed)}/${path}`] = text;
    return someFindings(randomOf(seed + 1), generated);
  });
  return { ...files, "findings/all.json": findingsText(findings), "eslint.config.mjs": CONFIG };
}

async function fixed(files: Readonly<Record<string, string>>, concurrency: number | "off"): Promise<Readonly<Record<string, string>>> {
  const folder = workspace(files);
  const eslint = new ESLint({ cwd: folder, fix: true, concurrency });
  await ESLint.outputFixes(await eslint.lintFiles(["."]));
  return Object.fromEntries(Object.keys(files).map((path) => [path, read(folder, path)]));
}

test("one worker and two make the same bytes of one tree", { timeout: 300_000 }, async () => {
  const files = tree(Array.from({ length: 12 }, (_, index) => index + 1));
  const alone = await fixed(files, "off");
  expect(Object.keys(files).filter((path) => alone[path] !== files[path]).length).toBeGreaterThan(5);
  expect(await fixed(files, 2)).toEqual(alone);
});
