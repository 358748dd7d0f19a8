import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, openSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync, writeSync, closeSync, truncateSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { generatedName } from "../../src/dialects/cloudformation/generated-name.js";
import { evidenceFor, findingsFiles, loadEvidence, settledFor, type Evidence } from "../../src/evidence.js";
import { BadInput } from "../../src/findings/bad-input.js";
import { literalPattern } from "../../src/model/text.js";
import type { PrincipalKind, PrincipalName } from "../../src/model/principal.js";
import { finding, put, workspace } from "../workspace.js";
import { everything } from "./everything.js";

/** Written so long ago that times and sizes tell whether it has changed. */
function age(path: string): void {
  const { mtimeMs } = statSync(path);
  utimesSync(path, new Date(mtimeMs - 60_000), new Date(mtimeMs - 60_000));
}

function indexed(files: readonly string[], cacheLocation: string, unusedFor?: number): Evidence {
  return loadEvidence(files, { cacheLocation, indexFrom: 0, unusedFor });
}

/** Forgets what this process knows of the index. */
function forget(folder: string): void {
  for (const name of ["a", "b", "c", "d"]) {
    put(folder, `forget/${name}.json`, finding(name, { s3: ["GetObject"] }));
    loadEvidence([join(folder, `forget/${name}.json`)]);
  }
}

const NAMES = ["app-orders", "app-orders-worker", "Orders", "prod-OrdersRole-1A2B3C4D5E6F", "test-OrdersRole-ABCDEFGHIJKL", "prod-OrdersRoleX-1A2B3C4D5E6F", "a.b_c@d", "x"];

const sketch = fc.record({
  id: fc.constantFrom("f1", "f2", "f3"),
  account: fc.constantFrom("111122223333", "444455556666"),
  kind: fc.constantFrom("role", "role", "role", "user"),
  path: fc.constantFrom("", "app/", "app/eu/"),
  name: fc.constantFrom(...NAMES),
  status: fc.constantFrom("ACTIVE", "ACTIVE", "ACTIVE", "ARCHIVED", "RESOLVED"),
  analyzedAt: fc.constantFrom("2026-10-01T00:00:00Z", "2026-10-02T00:00:00Z", "2026-10-20T00:00:00Z"),
  updatedAt: fc.constantFrom("2026-10-21T00:00:00Z", "2026-10-22T00:00:00Z"),
  actions: fc.subarray([{ action: "GetBucketAcl" }, { action: "GetObject", lastAccessed: "2026-09-15T00:00:00Z" }, { action: "PutObject" }], { minLength: 1 }),
});

const files = fc.array(
  fc.record({ sketches: fc.array(sketch, { minLength: 1, maxLength: 12 }), form: fc.constantFrom("lines", "list", "answer", "pretty", "utf-16", "padded") }),
  { minLength: 1, maxLength: 3 },
);

function written({ account, kind, path, name, actions, ...more }: typeof sketch extends fc.Arbitrary<infer Value> ? Value : never): object {
  return {
    ...more,
    findingType: "UnusedPermission",
    resource: `arn:aws:iam::${account}:${kind}/${path}${name}`,
    findingDetails: [{ unusedPermissionDetails: { serviceNamespace: "s3", actions } }, { unusedPermissionDetails: { serviceNamespace: "sns" } }],
  };
}

function fileOf(findings: readonly object[], form: string): Buffer {
  switch (form) {
    case "lines":
      return Buffer.from(findings.map((each) => `${JSON.stringify(each)}\n`).join(""));
    case "list":
      return Buffer.from(JSON.stringify(findings));
    case "answer":
      return Buffer.from(`\uFEFF${JSON.stringify({ findings, nextToken: null }, null, 1)}`);
    case "padded":
      return Buffer.from(JSON.stringify({ padding: "x".repeat(20_000), findings }));
    case "utf-16":
      return Buffer.from(`\uFEFF${JSON.stringify(findings)}`, "utf16le");
    default:
      return Buffer.from(findings.map((each) => JSON.stringify(each, null, 4)).join("\n"));
  }
}

const LOOK_UPS: readonly PrincipalName[] = [
  ...NAMES.map((name): PrincipalName => ({ kind: "literal", name })),
  { kind: "literal", name: "nobody" },
  generatedName("OrdersRole"),
  generatedName("OrdersRole", ["prod", "a-stack-with-a-long-name"]),
  generatedName(`OrdersRole${"Very".repeat(8)}`),
  ...["^app-.+$", "^app-orders.*$", "^.+-OrdersRole-[A-Z0-9]+$", "^.*orders.*$", "^(?:app|test)-.+$", "^(?:app-orders|test-OrdersRole)-?.*$", "^Orders?$", `^${literalPattern("a.b_c@d")}$`, "^(?=prod-)[a-z]+-OrdersRole-.+$"].map(
    (regex): PrincipalName => ({ kind: "pattern", regex, fixed: 4, shown: regex, id: "" }),
  ),
  { kind: "pattern", regex: "^.+$", fixed: 3, shown: "", id: "" },
  ...["arn:aws:iam::111122223333:role/Orders", "arn:aws:iam::*:role/app/Orders", "arn:aws:iam::*:user/*", "arn:aws:iam::*:*/Orders", "arn:aws:iam::*s", "arn:aws:iam::*:role/*orders", "*"].map(
    (arn): PrincipalName => ({ kind: "arn", arn }),
  ),
];

function found(evidence: Evidence): unknown {
  return LOOK_UPS.flatMap((name) =>
    (["role", "user", "group"] satisfies PrincipalKind[]).map((kind) => {
      const reference = { kind, address: "a", name };
      return [evidenceFor(evidence, reference), settledFor(evidence, reference)].map((all) => all.map(({ arn }) => arn));
    }),
  );
}

describe("an index says what the files say", () => {
  test("of whatever findings, however they are written", { timeout: 120_000 }, () => {
    fc.assert(
      fc.property(files, fc.constantFrom(undefined, 30), (all, unusedFor) => {
        const folder = workspace({});
        const paths = all.map(({ sketches, form }, index) => {
          const path = join(folder, `${String(index)}.json`);
          const padding = { id: "p", status: "ACTIVE", analyzedAt: "2026-10-01T00:00:00Z", findingType: "ExternalAccess", text: "y".repeat(17_000) };
          writeFileSync(path, fileOf([...sketches.map(written), ...(form === "list" ? [padding] : [])], form));
          return path;
        });
        const read = (load: () => Evidence): unknown => {
          try {
            const evidence = load();
            return [everything(evidence), found(evidence)];
          } catch (error) {
            if (error instanceof BadInput) return error.message;
            throw error;
          }
        };
        const inMemory = read(() => loadEvidence(paths, { unusedFor }));
        expect(read(() => indexed(paths, join(folder, "cache"), unusedFor))).toEqual(inMemory);
        rmSync(folder, { recursive: true });
      }),
      { numRuns: 150 },
    );
  });

  const fixtures = resolve(import.meta.dirname, "../../fixtures/findings");

  test("of all formats", () => {
    const folder = workspace({});
    const good = readdirSync(join(fixtures, "good"), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const sources = readdirSync(join(fixtures, "sources"), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile() && /\.jsonl?$/u.test(entry.name));
    const paths = [...good, ...sources].map((entry) => join(entry.parentPath, entry.name)).sort();
    expect(paths.length).toBeGreaterThan(10);
    const evidence = loadEvidence(paths);
    expect([...evidence.counts].length + [...evidence.credentials].length).toBeGreaterThan(1);
    expect(everything(indexed(paths, join(folder, "cache")))).toEqual(everything(evidence));
  });

  test.each(readdirSync(join(fixtures, "bad")))("of what cannot be read: %s", (name) => {
    const folder = workspace({});
    const complaint = (load: () => unknown): string => {
      try {
        load();
      } catch (error) {
        if (error instanceof BadInput) return error.message;
        throw error;
      }
      return "";
    };
    const paths = findingsFiles([join(fixtures, "bad", name)], "/");
    expect(complaint(() => indexed(paths, join(folder, "cache")))).toBe(complaint(() => loadEvidence(paths)));
    expect(readdirSync(join(folder, "cache"))).toEqual([]);
  });
});

/** A folder with findings of many roles, and their index in it. */
function manyRoles(): { readonly folder: string; readonly path: string; readonly cache: string } {
  const lines = Array.from({ length: 1500 }, (_each, index) => finding(`service-${String(index)}-worker`, { s3: ["GetBucketAcl"], sqs: [] }));
  const folder = workspace({ "findings.jsonl": lines.join("\n") });
  const path = join(folder, "findings.jsonl");
  age(path);
  return { folder, path, cache: join(folder, "cache") };
}

function indexFile(cache: string): string {
  const [name, ...others] = readdirSync(cache).filter((entry) => entry.endsWith(".index"));
  expect(others).toEqual([]);
  return join(cache, name ?? "");
}

describe("an index on disk", () => {
  test("is built once, found again under another name of the file, and built anew when that changes", () => {
    const { folder, path, cache } = manyRoles();
    const first = indexed([path], cache);
    expect(indexed([path], cache)).toBe(first);
    const { ino } = statSync(indexFile(cache));
    forget(folder);
    expect(everything(indexed([path], cache))).toEqual(everything(first));
    const renamed = join(folder, "other.jsonl");
    renameSync(path, renamed);
    const again = indexed([renamed], cache);
    expect(evidenceFor(again, { kind: "role", address: "a", name: { kind: "literal", name: "service-7-worker" } })).toHaveLength(1);
    expect(statSync(indexFile(cache)).ino).toBe(ino);
    writeFileSync(renamed, finding("another", { s3: ["GetObject"] }));
    expect([...indexed([renamed], cache).principals.holders()].map(({ name }) => name)).toEqual(["another"]);
  });

  test("that is damaged anywhere is built again", { timeout: 120_000 }, () => {
    const { folder, path, cache } = manyRoles();
    const expected = everything(loadEvidence([path]));
    indexed([path], cache);
    const good = readFileSync(indexFile(cache));
    const names = [0, 700, 1400].flatMap((number): readonly PrincipalName[] => [
      { kind: "literal", name: `service-${String(number)}-worker` },
      { kind: "pattern", regex: `^.+e-${String(number)}-worker$`, fixed: 9, shown: "", id: "" },
      { kind: "pattern", regex: `^service-${String(number)}-.+$`, fixed: 9, shown: "", id: "" },
    ]);
    const damages: readonly ((file: string) => void)[] = [
      (file) => truncateSync(file, 0),
      (file) => truncateSync(file, good.length - 1),
      (file) => truncateSync(file, Math.floor(good.length / 2)),
      (file) => writeFileSync(file, Buffer.concat([good, Buffer.from("\n")])),
      (file) => writeFileSync(file, good.toString("latin1").replace(/"version":"[^"]+"/u, '"version":"0.0.0"'), "latin1"),
      ...Array.from({ length: 12 }, (_each, index) => (file: string) => {
        const open = openSync(file, "r+");
        writeSync(open, Buffer.from("damage"), 0, 6, Math.floor((good.length - 6) * (index / 11)));
        closeSync(open);
      }),
    ];
    for (const damage of damages) {
      forget(folder);
      writeFileSync(indexFile(cache), good);
      damage(indexFile(cache));
      const evidence = indexed([path], cache);
      expect(everything(evidence)).toEqual(expected);
      for (const name of names) expect(evidenceFor(evidence, { kind: "role", address: "a", name })).toHaveLength(1);
    }
  });

  test("that is damaged while it is in use is built again", () => {
    const { path, cache } = manyRoles();
    const evidence = indexed([path], cache);
    const file = indexFile(cache);
    const size = statSync(file).size;
    writeFileSync(file, Buffer.alloc(size));
    expect(everything(evidence)).toEqual(everything(loadEvidence([path])));
  });

  test("gives no stale answer when the findings change without their size and time", () => {
    const { folder, path, cache } = manyRoles();
    const evidence = indexed([path], cache);
    const { atime, mtime } = statSync(path);
    writeFileSync(path, readFileSync(path, "utf8").replaceAll("GetBucketAcl", "PutBucketAcl"));
    utimesSync(path, atime, mtime);
    expect(() => evidenceFor(evidence, { kind: "role", address: "a", name: { kind: "literal", name: "service-7-worker" } })).toThrow(
      new BadInput(`${path}: the file was changed while it was in use: run again.`),
    );
    // The same process, and another one, read it again.
    for (const again of [indexed([path], cache), (forget(folder), indexed([path], cache))]) {
      expect(everything(again)).toEqual(everything(loadEvidence([path])));
      expect(readdirSync(cache).filter((name) => name.endsWith(".stamp"))).toHaveLength(1);
    }
  });

  test("is whole whenever another process looks, however many build it", { timeout: 120_000 }, async () => {
    const { path, cache } = manyRoles();
    const script = `
      import { loadEvidence } from ${JSON.stringify(resolve(import.meta.dirname, "../../src/evidence.ts"))};
      const { principals } = loadEvidence([${JSON.stringify(path)}], { cacheLocation: ${JSON.stringify(cache)}, indexFrom: 0 });
      const found = principals.find({ kind: "role", name: { kind: "literal", name: "service-7-worker" } });
      console.log(principals.size, found.length);`;
    const run = promisify(execFile);
    const runs = await Promise.all([1, 2, 3].map(() => run(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script], { cwd: resolve(import.meta.dirname, "../..") })));
    expect(runs.map(({ stdout }) => stdout)).toEqual(["1500 1\n", "1500 1\n", "1500 1\n"]);
    expect(readdirSync(cache).map((name) => name.replace(/^[0-9a-f]+/u, "")).sort()).toEqual([".index", ".stamp"]);
  });

  test("whose build is killed leaves nothing that is taken for an index", { timeout: 120_000 }, async () => {
    const { path, cache } = manyRoles();
    const script = `
      import { loadEvidence } from ${JSON.stringify(resolve(import.meta.dirname, "../../src/evidence.ts"))};
      loadEvidence([${JSON.stringify(path)}], { cacheLocation: ${JSON.stringify(cache)}, indexFrom: 0 });`;
    const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script], { cwd: resolve(import.meta.dirname, "../.."), stdio: "ignore" });
    const ended = once(child, "exit");
    while (child.exitCode === null && !(existsSync(cache) && readdirSync(cache).some((name) => name.endsWith(".draft")))) await setTimeout(2);
    child.kill("SIGKILL");
    await ended;
    expect(everything(indexed([path], cache))).toEqual(everything(loadEvidence([path])));
  });

  test("cannot be kept where there is a file", () => {
    const { folder, path } = manyRoles();
    expect(() => indexed([path], join(folder, "findings.jsonl"))).toThrow(/findings\.jsonl: the index of the findings cannot be kept there \(EEXIST: .+\): make room, or name another folder with --cache-location or cacheLocation\.$/u);
  });
});
