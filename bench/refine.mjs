// Prints what the refinement of one statement costs, how that grows with what is reported unused, and what all services take up.
import { readFileSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { builtInCatalogue } from "../dist/src/iam/catalogue.js";
import { serviceActions } from "../dist/src/iam/service-actions.js";
import { trieOf } from "../dist/src/iam/trie.js";
import { refineStatement } from "../dist/src/refine.js";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc");

function megabytes() {
  collectGarbage();
  const { heapUsed, arrayBuffers, external } = process.memoryUsage();
  return (heapUsed + arrayBuffers + external) / 1e6;
}

const empty = megabytes();
const catalogue = builtInCatalogue();
for (const service of catalogue.services()) trieOf(serviceActions(catalogue.actions(service)));
const loaded = megabytes() - empty;

function unusedOf(service, names) {
  const actions = new Map(names.map((name) => [name.toLowerCase(), { name, lastAccessed: null }]));
  return new Map([[service, { namespace: service, whole: false, lastAccessed: null, actions }]]);
}

/** Microseconds of one statement when warm: the median of several hundred. */
function warm(values, unused) {
  const options = { catalogue, protectedActions: [], analyzedAt: "2024-01-01T00:00:00Z" };
  const once = () => {
    const start = performance.now();
    refineStatement(values, unused, options);
    return (performance.now() - start) * 1000;
  };
  for (let i = 0; i < 500; i += 1) once();
  return Array.from({ length: 401 }, once).sort((a, b) => a - b)[200];
}

let seed = 1;
const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
const ec2 = [...catalogue.actions("ec2")].map((name) => [random(), name]).sort(([a], [b]) => a - b).map(([, name]) => name);
const some = (count) => ec2.slice(0, count);

const reference = JSON.parse(readFileSync(new URL("../fixtures/demo/repository/findings/my-role.json", import.meta.url), "utf8"));
const details = reference.findingDetails.map((detail) => detail.unusedPermissionDetails);
const s3 = details.find((detail) => detail.serviceNamespace === "s3").actions.map(({ action }) => action);

console.log("refine, one statement, warm");
console.log(`  s3:Get* of the reference example: ${warm(["s3:Get*"], unusedOf("s3", s3)).toFixed(0)} µs (limit 50)`);
console.log(`  ec2:* minus 100 actions: ${warm(["ec2:*"], unusedOf("ec2", some(100))).toFixed(0)} µs (limit 2000)`);

console.log("growth");
const sizes = [10, 50, 100, 200, 400, 800];
const grown = (label, time) => {
  const times = sizes.map((size) => time(size));
  console.log(`  ${label}: ${sizes.map((size, index) => `${size}: ${times[index].toFixed(0)} µs`).join(", ")}`);
  console.log(`    per action, of 800 against 10: ${(times.at(-1) / 800 / (times[0] / 10)).toFixed(2)}`);
};
grown("ec2:* minus n actions", (size) => warm(["ec2:*"], unusedOf("ec2", some(size))));
grown("n entries, every second one unused", (size) => {
  const names = some(size);
  return warm(names.map((name) => `ec2:${name}`), unusedOf("ec2", names.filter((_, index) => index % 2 === 0)));
});

console.log("memory");
console.log(`  all ${catalogue.services().length} services with their tries: ${loaded.toFixed(1)} MB (limit 30)`);
