// Prints how long linting takes, as ratios to something that runs beside them on the same machine.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { makeFindings, makeTree } from "./tree.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const bin = join(root, "dist", "src", "cli", "main.js");
const eslint = join(root, "node_modules", "eslint", "bin", "eslint.js");
const runs = Number(process.env.BENCH_RUNS ?? 5);
const files = Number(process.env.BENCH_FILES ?? 2000);

function seconds(command, args, cwd) {
  const start = performance.now();
  const { status, stderr } = spawnSync(command, args, { cwd, encoding: "utf8" });
  // 1 (problems) and 3 (terraform fmt: files would change) are answers too.
  if (status === null || status === 2) throw new Error(`${command} ${args.join(" ")}: ${stderr}`);
  return (performance.now() - start) / 1000;
}

function best(command, args, cwd) {
  return Math.min(...Array.from({ length: runs }, () => seconds(command, args, cwd)));
}

const work = mkdtempSync(join(tmpdir(), "least-privilege-bench-"));
try {
  const tree = join(work, "tree");
  const findings = join(work, "findings.json");
  makeFindings(findings, makeTree(tree, files));

  console.log(`lint of ${files} Terraform files, best of ${runs}`);
  const whole = best(process.execPath, [bin, "lint", "--findings", findings], tree);
  console.log(`  least-privilege lint: ${whole.toFixed(2)} s`);
  if (spawnSync("terraform", ["version"]).status === 0) {
    const format = best("terraform", ["fmt", "-check", "-recursive"], tree);
    console.log(`  terraform fmt -check -recursive: ${format.toFixed(2)} s; ratio ${(whole / format).toFixed(2)}`);
  } else console.log("  terraform is not on the PATH: not compared");

  console.log(`lint of one file, best of ${runs}`);
  const bare = join(work, "bare");
  mkdirSync(bare);
  writeFileSync(join(bare, "eslint.config.mjs"), "export default [{ rules: { eqeqeq: 2 } }];\n");
  writeFileSync(join(bare, "file.js"), "export const one = 1;\n");
  const start = best(process.execPath, [eslint, "file.js"], bare);
  const single = best(process.execPath, [bin, "lint", "stack-0000/part-0.tf", "--findings", findings], tree);
  console.log(`  bare ESLint run: ${start.toFixed(2)} s`);
  console.log(`  least-privilege lint: ${single.toFixed(2)} s; ratio ${(single / start).toFixed(2)}`);
} finally {
  rmSync(work, { recursive: true, force: true });
}
