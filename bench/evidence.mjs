// Prints what findings cost, from 1,000 to 100,000 of them (with --million also 1,000,000: 2 GB on disk for some minutes): the first
// load and later ones as ratios to JSON.parse of the same data in chunks, memory, and the time of a look-up.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, statSync, openSync, readSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { principalOf, reportable, writeExport } from "./findings-export.mjs";

const script = fileURLToPath(import.meta.url);
const [, , task, path, cache, count] = process.argv;

const milliseconds = (start) => performance.now() - start;
const peak = () => process.resourceUsage().maxRSS / 1024;

/** All lines of a file, parsed and forgotten, a chunk in memory at a time. */
function parseLines(file) {
  const bytes = Buffer.allocUnsafe(1 << 20);
  const descriptor = openSync(file, "r");
  let rest = "";
  for (let read = readSync(descriptor, bytes); read > 0; read = readSync(descriptor, bytes)) {
    const lines = (rest + bytes.toString("utf8", 0, read)).split("\n");
    rest = lines.pop();
    for (const line of lines) JSON.parse(line);
  }
}

/** Milliseconds of each look-up of its kind, of principals that were not asked for before: the median and the longest of 99. */
function lookUps(evidence, evidenceFor, nameOf) {
  const times = Array.from({ length: 99 }, (_each, index) => {
    const number = Math.floor(((index + 0.5) * Number(count)) / 99);
    const reference = nameOf(principalOf(number - (number % 3)), principalOf(number - (number % 3) + 1));
    const start = performance.now();
    const found = evidenceFor(evidence, reference);
    const time = milliseconds(start);
    if (found.length > 20) throw new Error(`${found.length} principals of one name`);
    return time;
  }).sort((a, b) => a - b);
  return { median: times[49], longest: times[98] };
}

async function measured() {
  const { loadEvidence, evidenceFor } = await import("../dist/src/evidence.js");
  const { generatedName } = await import("../dist/src/dialects/cloudformation/generated-name.js");
  const before = peak();
  const start = performance.now();
  if (task === "parse") {
    parseLines(path);
    return { time: milliseconds(start), memory: peak() - before };
  }
  const evidence = loadEvidence([path], { cacheLocation: cache });
  const time = milliseconds(start);
  const result = { time, memory: peak() - before, principals: evidence.principals.size };
  if (task === "first") return result;
  const reference = (name) => ({ kind: "role", address: "role", name });
  return {
    ...result,
    literal: lookUps(evidence, evidenceFor, (_generated, { name }) => reference({ kind: "literal", name })),
    prefix: lookUps(evidence, evidenceFor, (_generated, { name }) => reference({ kind: "pattern", regex: `^${name.slice(0, -1)}.*$`, fixed: 9, shown: "", id: "" })),
    stack: lookUps(evidence, evidenceFor, ({ name }) => reference(generatedName(`Orders${/Orders(\d+)/u.exec(name)[1]}Role`, []))),
    arn: lookUps(evidence, evidenceFor, (_generated, { name }) => reference({ kind: "arn", arn: `arn:aws:iam::*:role/app/${name}` })),
    memory: peak() - before,
  };
}

if (task !== undefined && !task.startsWith("--")) {
  console.log(JSON.stringify(await measured()));
} else {
  const { builtInCatalogue } = await import("../dist/src/iam/catalogue.js");
  const actions = reportable(builtInCatalogue());
  const sizes = [1_000, 10_000, 100_000, ...(process.argv.includes("--million") ? [1_000_000] : [])];
  const work = mkdtempSync(join(process.env.BENCH_FOLDER ?? tmpdir(), "least-privilege-bench-"));
  const run = (...args) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], { encoding: "utf8" });
    if (status !== 0) throw new Error(stderr);
    return JSON.parse(stdout);
  };
  try {
    for (const size of sizes) {
      const file = join(work, "findings.jsonl");
      const index = join(work, "cache");
      writeExport(file, size, actions);
      const parse = run("parse", file, index, size);
      const first = run("first", file, index, size);
      const later = run("later", file, index, size);
      const times = ({ median, longest }) => `${median.toFixed(2)} ms (longest ${longest.toFixed(1)})`;
      const indexed = readdirSync(work).includes("cache") ? readdirSync(index).reduce((sum, name) => sum + statSync(join(index, name)).size, 0) : 0;
      console.log(`${size} findings, ${(statSync(file).size / 1e6).toFixed(0)} MB, index ${(indexed / 1e6).toFixed(0)} MB`);
      console.log(`  JSON.parse: ${(parse.time / 1000).toFixed(2)} s`);
      console.log(`  first load: ${(first.time / 1000).toFixed(2)} s, ${(first.time / parse.time).toFixed(2)} × JSON.parse, ${first.memory.toFixed(0)} MB more than at start`);
      console.log(`  later loads: ${later.time.toFixed(0)} ms, ${(later.time / parse.time).toFixed(4)} × JSON.parse, ${later.memory.toFixed(0)} MB more than at start`);
      console.log(`  look-up by name: ${times(later.literal)}; by its start: ${times(later.prefix)}; generated by CloudFormation: ${times(later.stack)}; by ARN: ${times(later.arn)}`);
      rmSync(index, { recursive: true, force: true });
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
