import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { compare } from "./app-comparison.js";
import { randomApp, randomOf } from "./app-generator.js";
import { synthesiseApp, type AppFiles } from "./app-projects.js";

// Apps of several files are run and synthesised by aws-cdk-lib: whom their templates grant each action must be whom the sources
// are read to grant it.

const folder = join(import.meta.dirname, "..", "..", "..", "fixtures", "cdk");

function filesOf(name: string): Record<string, string> {
  const root = join(folder, name);
  const paths = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((path) => /\.(?:ts|json)$/u.test(path) && !path.startsWith("fixed"));
  return Object.fromEntries(paths.filter((path) => statSync(join(root, path)).isFile()).map((path) => [path, readFileSync(join(root, path), "utf8")]));
}

describe("apps of several files", () => {
  it.each(["construct-app", "stages-app", "base-classes-app", "roles-by-props-app", "two-teams-app"])("%s", (name) => {
    const files = filesOf(name);
    const { wrong, whys, principals, found } = compare(files, synthesiseApp(files));
    expect({ wrong, whys, found }).toEqual({ wrong: [], whys: [], found: principals });
    expect(principals).toBeGreaterThan(0);
  });
});

const APPS = Number(process.env["APPS"] ?? "100");
const SEED = Number(process.env["SEED"] ?? "1");

/** Null for one that the CDK refuses: two constructs of one name, or a role that no stack has. */
function stacksOf(files: AppFiles): ReturnType<typeof synthesiseApp> | null {
  try {
    return synthesiseApp(files);
  } catch {
    return null;
  }
}

it(`${String(APPS)} random apps`, () => {
  const totals = { apps: 0, known: 0, open: 0, principals: 0, found: 0 };
  for (let seed = SEED; totals.apps < APPS; seed += 1) {
    const files = randomApp(randomOf(seed));
    const stacks = stacksOf(files);
    if (stacks === null) continue;
    const { wrong, known, open, principals, found } = compare(files, stacks);
    expect(wrong, `app of seed ${String(seed)}:\n${Object.entries(files).map(([path, text]) => `// ${path}\n${text}`).join("\n")}`).toEqual([]);
    totals.apps += 1;
    totals.known += known;
    totals.open += open;
    totals.principals += principals;
    totals.found += found;
  }
  if (process.env["APPS"] !== undefined) console.log(totals);
  expect(totals.known / (totals.known + totals.open)).toBeGreaterThan(0.7);
  expect(totals.found / totals.principals).toBeGreaterThan(0.9);
});
