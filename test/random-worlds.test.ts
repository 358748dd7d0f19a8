import { join } from "node:path";
import { expect, test } from "vitest";
import { deploymentsOf, exceptionsOf, exportsOf, sourceOf } from "./random-worlds/render.js";
import { granted, isUnusedByAll } from "./random-worlds/truth.js";
import { ACTIONS, worldOf, type World } from "./random-worlds/world.js";
import { randomOf } from "./terraform-generator/random.js";
import { read, runLint, workspace } from "./workspace.js";

/** More of them, and others, by the environment. */
const WORLDS = Number(process.env["WORLDS"] ?? 320);
const FROM = Number(process.env["SEED"] ?? 0);

/** So many are linted in one run: each is a repository's folder with principals of its own. */
const TOGETHER = 40;

const ALL = [...ACTIONS].flatMap(([service, names]) => names.map((name) => `${service}:${name}`)).concat("sns:Publish");

/** By Sid, what the statements of a source grant. They are read by their lines, whatever the language. */
function grantsIn(text: string): ReadonlyMap<string, ReadonlySet<string>> {
  const grants = new Map<string, Set<string>>();
  let current = new Set<string>();
  for (const line of text.split("\n")) {
    const [, sid] = /Sid\W+(w\d+d\d+s\d+)/u.exec(line) ?? [];
    if (sid !== undefined) {
      current = new Set();
      grants.set(sid, current);
    }
    for (const [, entry = ""] of line.matchAll(/["\s]((?:s3|sqs|sns|dynamodb):[A-Za-z*?]+)/gu)) {
      for (const action of granted(entry, ALL)) current.add(action);
    }
  }
  return grants;
}

/** By Sid, what is left to grant; a statement with nothing left is not there. */
function truth({ documents }: World): ReadonlyMap<string, ReadonlySet<string>> {
  const left = documents.flatMap((document) =>
    document.statements.map(({ sid, actions }): readonly [string, ReadonlySet<string>] => {
      const all = actions.flatMap((entry) => granted(entry, ALL));
      return [sid, new Set(all.filter((action) => !isUnusedByAll(action, document)))];
    }),
  );
  return new Map(left.filter(([, actions]) => actions.size > 0));
}

function shown(grants: ReadonlyMap<string, ReadonlySet<string>>): readonly string[] {
  return [...grants].map(([sid, actions]) => `${sid}: ${[...actions].sort().join(" ")}`).sort();
}

/** The findings of all worlds, in several files and forms. */
function findingsFiles(worlds: readonly World[], seed: number): Readonly<Record<string, string>> {
  const random = randomOf(seed);
  const all = worlds.flatMap(({ principals }) => exportsOf(principals));
  const [first = [], second = [], third = []] = [0, 1, 2].map((part) => all.filter((_each, index) => index % 3 === part));
  const twice = random.some(all, 0, 5);
  return {
    "findings/a.jsonl": first.map((each) => `${JSON.stringify(each)}\n`).join(""),
    "findings/b.json": JSON.stringify({ findings: [...second, ...twice] }, null, 1),
    "findings/c.json": JSON.stringify(third),
  };
}

test.each(Array.from({ length: Math.ceil(WORLDS / TOGETHER) }, (_batch, index) => FROM + index * TOGETHER))(
  "what lint --fix removes is what nobody who gets it uses: worlds from %i",
  { timeout: 600_000 },
  async (from) => {
    const worlds = Array.from({ length: TOGETHER }, (_world, index) => worldOf(from + index));
    const sources = new Map(worlds.map((world) => [world, sourceOf(world)]));
    for (const indexFrom of [Infinity, 0]) {
      const folder = workspace({
        ...Object.fromEntries(sources.values()),
        ...findingsFiles(worlds, from),
        "exceptions.yaml": exceptionsOf(worlds.flatMap(({ principals }) => principals)),
        "deployments.json": deploymentsOf(worlds),
      });
      const gates = { exceptions: "exceptions.yaml", deployments: "deployments.json" };
      await runLint(folder, { fix: true, ...gates, cacheLocation: join(folder, "cache"), ...(indexFrom === 0 ? { indexFrom } : {}) });
      for (const [world, [path, text]] of sources) {
        const expected = shown(truth(world));
        const after = read(folder, path);
        expect({ world: world.id, grants: shown(grantsIn(after)) }).toEqual({ world: world.id, grants: expected });
        if (shown(grantsIn(text)).join("\n") === expected.join("\n")) expect(after).toBe(text);
      }
    }
  },
);

test("the worlds have what they are to be tried with", () => {
  const worlds = Array.from({ length: 320 }, (_world, index) => worldOf(index));
  const documents = worlds.flatMap((world) => world.documents);
  const loses = documents.filter((document) => document.statements.some(({ actions }) => actions.flatMap((entry) => granted(entry, ALL)).some((action) => isUnusedByAll(action, document))));
  expect(loses.length).toBeGreaterThan(documents.length / 4);
  expect(documents.length - loses.length).toBeGreaterThan(documents.length / 4);
  expect(loses.filter(({ deployedIn }) => deployedIn !== null).length).toBeGreaterThan(10);
  expect(loses.filter(({ principals }) => principals.some(({ excepted }) => excepted.length > 0)).length).toBeGreaterThan(10);
  expect(loses.filter(({ principals }) => principals.length > 1).length).toBeGreaterThan(20);
  expect(loses.filter(({ principals }) => principals.some(({ findings }) => findings.size > 1)).length).toBeGreaterThan(20);
});
