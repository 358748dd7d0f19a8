import { expect, test } from "vitest";
import { prove, type Proof } from "./terraform-generator/prove.js";

/**
 * Random Terraform projects of root modules and local modules, as they are fixed by the command line. Prove many more with
 * `MODULES=50000 SEED=7 npx vitest run --config test/vitest.config.ts --project unit test/terraform-generator.test.ts`.
 */
const wanted = Number(process.env["MODULES"] ?? "2000");
const first = Number(process.env["SEED"] ?? "1");

test("a fix takes away what nobody uses, and nothing else", { timeout: 36_000_000 }, async () => {
  const failed: Proof[] = [];
  const sums = { projects: 0, modules: 0, documents: 0, complete: 0, changed: 0 };
  const used = new Map<string, number>();
  for (let seed = first; sums.modules < wanted && failed.length < 20; seed += 1) {
    const proof = await prove(seed);
    if (proof === null) continue;
    sums.projects += 1;
    sums.modules += proof.modules;
    sums.documents += proof.documents;
    sums.complete += proof.complete;
    sums.changed += proof.changed;
    for (const form of proof.used) used.set(form, (used.get(form) ?? 0) + 1);
    if (proof.problems.length > 0) failed.push(proof);
  }
  if (process.env["MODULES"] !== undefined) process.stderr.write(`${JSON.stringify(sums)}\n${[...used].sort().map(([form, count]) => `${String(count).padStart(6)} ${form}`).join("\n")}\n`);
  const [smallest] = failed.sort((a, b) => a.size - b.size);
  expect(smallest === undefined ? "" : `seed ${String(smallest.seed)} (of ${String(failed.length)} that fail: ${failed.map(({ seed, problems }) => `${String(seed)}: ${problems[0]?.slice(0, 200) ?? ""}`).join("\n")})\n${smallest.problems.join("\n")}\n${smallest.shown()}`).toBe("");
});
