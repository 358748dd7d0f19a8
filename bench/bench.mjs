// Prints how long the main jobs take, as ratios to something that runs beside them on the same machine.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { builtInCatalogue } from "../dist/src/iam/catalogue.js";
import { refineStatement } from "../dist/src/refine.js";
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

function unusedOf(service, names) {
  const actions = new Map(names.map((name) => [name.toLowerCase(), { name, lastAccessed: null }]));
  return new Map([[service, { namespace: service, whole: false, lastAccessed: null, actions }]]);
}

function microseconds(label, values, unused) {
  const options = { catalogue: builtInCatalogue(), protectedActions: [], analyzedAt: "2024-01-01T00:00:00Z" };
  const once = () => {
    const start = performance.now();
    refineStatement(values, unused, options);
    return (performance.now() - start) * 1000;
  };
  const cold = once();
  for (let i = 0; i < 200; i += 1) once();
  const warm = Array.from({ length: 200 }, once).sort((a, b) => a - b)[100];
  console.log(`${label}: cold ${cold.toFixed(0)} µs, warm ${warm.toFixed(0)} µs`);
}

console.log("refine");
const reference = JSON.parse(readFileSync(join(root, "fixtures/demo/repository/findings/my-role.json"), "utf8"));
const s3 = reference.findingDetails.map((detail) => detail.unusedPermissionDetails).find((detail) => detail.serviceNamespace === "s3");
microseconds("  s3:Get* of the reference example", ["s3:Get*"], unusedOf("s3", s3.actions.map(({ action }) => action)));
let seed = 1;
const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
const ec2 = [...builtInCatalogue().actions("ec2")].sort(() => random() - 0.5).slice(0, 100);
microseconds("  ec2:* minus 100 random actions", ["ec2:*"], unusedOf("ec2", ec2));

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
