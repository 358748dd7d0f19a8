import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { start, tracePath } from "./trace/recording.js";

/**
 * The entry `eslint-plugin-least-privilege/cdk-trace`: loaded before a CDK app (`node --import`, or `--require`), it writes
 * `unused-access.trace.json`, which says for each action of each identity policy what line of the app's source added it. The app
 * and its templates stay the same. `LEAST_PRIVILEGE_TRACE` names another file.
 */
const RUNNING = Symbol.for("eslint-plugin-least-privilege/cdk-trace");

if (Reflect.get(globalThis, RUNNING) === undefined) {
  Reflect.set(globalThis, RUNNING, true);
  start({
    path: tracePath(),
    // `NODE_OPTIONS` hands it on to every process, package managers among them.
    isAsked: process.execArgv.some((argument) => argument.includes("cdk-trace") || resolve(argument) === fileURLToPath(import.meta.url)),
    say: (sentence) => process.stderr.write(`least-privilege: ${sentence}\n`),
  });
}
