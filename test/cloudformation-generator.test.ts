import { expect, test } from "vitest";
import { prove, type Proof } from "./cloudformation-generator/prove.js";

/**
 * Random templates in YAML and JSON, as they are fixed by the command line. Prove many more with
 * `TEMPLATES=50000 SEED=7 npx vitest run --config test/vitest.config.ts --project unit test/cloudformation-generator.test.ts`.
 */
const wanted = Number(process.env["TEMPLATES"] ?? "2000");
const start = Number(process.env["SEED"] ?? "1");

test("a fix takes away what nobody uses, and nothing else", { timeout: 36_000_000 }, async () => {
  const failed: Proof[] = [];
  const sums = { projects: 0, templates: 0, documents: 0, complete: 0, changed: 0 };
  const used = new Map<string, number>();
  for (let seed = start; sums.templates < wanted && failed.length < 20; seed += 1) {
    const proof = await prove(seed);
    if (proof === null) continue;
    sums.projects += 1;
    sums.templates += proof.templates;
    sums.documents += proof.documents;
    sums.complete += proof.complete;
    sums.changed += proof.changed;
    for (const form of proof.used) used.set(form, (used.get(form) ?? 0) + 1);
    if (proof.problems.length > 0) failed.push(proof);
  }
  if (process.env["TEMPLATES"] !== undefined) process.stderr.write(`${JSON.stringify(sums)}\n${[...used].sort().map(([form, count]) => `${String(count).padStart(6)} ${form}`).join("\n")}\n`);
  const [smallest] = failed.sort((a, b) => a.size - b.size);
  expect(smallest === undefined ? "" : `seed ${String(smallest.seed)} (of ${String(failed.length)} that fail: ${failed.map(({ seed, problems }) => `${String(seed)}: ${problems[0]?.slice(0, 200) ?? ""}`).join("\n")})\n${smallest.problems.join("\n")}\n${smallest.shown()}`).toBe("");
});
