// Prints how long linting a repository of Terraform modules takes, as ratios to something that runs beside it on the same machine,
// and how time and memory grow with the number of files.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { makeModules } from "./modules.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const bin = join(root, "dist", "src", "cli", "main.js");
const eslint = join(root, "node_modules", "eslint", "bin", "eslint.js");
const runs = Number(process.env.BENCH_RUNS ?? 3);
const sizes = (process.env.BENCH_FILES ?? "500,1000,2000,5000,8000").split(",").map(Number);

/** Wall and processor seconds, and the largest resident memory in MB where GNU time is there to tell. */
function run(command, args, cwd) {
  const timed = spawnSync("/usr/bin/time", ["--version"]).status === 0;
  const start = performance.now();
  const { status, stderr } = timed
    ? spawnSync("/usr/bin/time", ["-f", "peak=%M", command, ...args], { cwd, encoding: "utf8", maxBuffer: 1e9 })
    : spawnSync(command, args, { cwd, encoding: "utf8", maxBuffer: 1e9 });
  if (status === null || status === 2) throw new Error(`${command} ${args.join(" ")}: ${stderr}`);
  const [, peak] = /peak=(\d+)/u.exec(stderr) ?? [];
  return { seconds: (performance.now() - start) / 1000, megabytes: peak === undefined ? null : Number(peak) / 1024 };
}

function best(command, args, cwd) {
  const all = Array.from({ length: runs }, () => run(command, args, cwd));
  return {
    seconds: Math.min(...all.map(({ seconds }) => seconds)),
    megabytes: all.some(({ megabytes }) => megabytes === null) ? null : Math.max(...all.map(({ megabytes }) => megabytes)),
  };
}

const shown = ({ seconds, megabytes }) => `${seconds.toFixed(2)} s${megabytes === null ? "" : `, ${megabytes.toFixed(0)} MB`}`;
const hasTerraform = spawnSync("terraform", ["version"]).status === 0;
const work = mkdtempSync(join(tmpdir(), "least-privilege-bench-"));
try {
  const bare = join(work, "bare");
  mkdirSync(bare);
  writeFileSync(join(bare, "eslint.config.mjs"), "export default [{ rules: { eqeqeq: 2 } }];\n");
  writeFileSync(join(bare, "file.js"), "export const one = 1;\n");
  const start = best(process.execPath, [eslint, "file.js"], bare);
  console.log(`bare ESLint run: ${shown(start)} (best of ${runs})`);

  for (const files of sizes) {
    const tree = join(work, `tree-${files}`);
    const findings = join(work, `findings-${files}.json`);
    makeModules(tree, findings, files);
    const whole = best(process.execPath, [bin, "lint", "--findings", findings], tree);
    const single = best(process.execPath, [bin, "lint", "modules/orders-0000/iam.tf", "--findings", findings], tree);
    const line = [`${files} files: whole tree ${shown(whole)} (${((whole.seconds / files) * 1000).toFixed(2)} ms a file)`];
    if (hasTerraform) {
      const format = best("terraform", ["fmt", "-check", "-recursive"], tree);
      line.push(`terraform fmt -check -recursive ${format.seconds.toFixed(2)} s, ratio ${(whole.seconds / format.seconds).toFixed(2)}`);
    }
    if (files === sizes.at(-1)) {
      // V8 collects late where there is room: this is what a run needs.
      const tight = run(process.execPath, ["--max-old-space-size=180", bin, "lint", "--findings", findings], tree);
      line.push(`whole tree with a heap of 180 MB: ${shown(tight)}`);
    }
    line.push(`one file ${shown(single)}, ratio to bare ESLint ${(single.seconds / start.seconds).toFixed(2)}`);
    console.log(line.join("\n  "));
    rmSync(tree, { recursive: true });
  }
  if (!hasTerraform) console.log("terraform is not on the PATH: not compared");
} finally {
  rmSync(work, { recursive: true, force: true });
}
