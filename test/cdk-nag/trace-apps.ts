import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import ts from "typescript";
import { afterAll } from "vitest";
import type { TraceFile } from "../../src/deployed/cdk-trace.js";

const root = join(import.meta.dirname, "..", "..");

/** The built recorder, as users load it: `npm test` builds it. */
const recorder = join(root, "dist", "src", "cdk-nag", "trace.js");

const made: string[] = [];

afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});

/** A folder with an app: a fixture, or files. Gone after the test file. */
export function appFolder(files: string | Readonly<Record<string, string>>): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "least-privilege-trace-")));
  made.push(folder);
  if (typeof files === "string") cpSync(join(root, "fixtures", "cdk-trace", files), folder, { recursive: true });
  else for (const [path, text] of Object.entries(files)) put(folder, path, text);
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  return folder;
}

export function put(folder: string, path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

/** Compiles the TypeScript files to JavaScript with source maps beside them, in `dist`, as `tsc` does. */
export function compile(folder: string, module: "esm" | "commonjs"): void {
  for (const path of readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((each) => each.endsWith(".ts") && !each.startsWith("node_modules"))) {
    const out = join("dist", path.replace(/\.ts$/u, ".js"));
    const { outputText, sourceMapText = "{}" } = ts.transpileModule(readFileSync(join(folder, path), "utf8"), {
      fileName: path,
      compilerOptions: { module: module === "esm" ? ts.ModuleKind.ESNext : ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, sourceMap: true, esModuleInterop: true },
    });
    put(folder, out, outputText.replace(/\/\/# sourceMappingURL=.*/u, `//# sourceMappingURL=${path.replace(/^.*\//u, "").replace(/\.ts$/u, ".js.map")}`));
    const map = JSON.parse(sourceMapText) as object;
    put(folder, `${out}.map`, JSON.stringify({ ...map, sources: [relative(dirname(join(folder, out)), join(folder, path))] }));
  }
  put(folder, "dist/package.json", JSON.stringify({ type: module === "esm" ? "module" : "commonjs" }));
}

export interface Synthesis {
  readonly status: number | null;
  readonly stderr: string;
  /** Null: none was written. */
  readonly trace: TraceFile | null;
  /** The texts of all templates, by path within the assembly. */
  readonly templates: ReadonlyMap<string, string>;
}

interface Options {
  /** Whether the recorder is loaded, and how. */
  readonly record?: "import" | "require" | false;
  /** Node's other arguments. */
  readonly node?: readonly string[];
  readonly context?: object;
}

/** Runs an app as `cdk synth` would, and reads what it leaves behind. */
export function synthesise(folder: string, entry: string, { record = "import", node = ["--import", "tsx"], context = {} }: Options = {}): Synthesis {
  if (!existsSync(recorder)) throw new Error("Run npm run build first.");
  const outdir = join(folder, "cdk.out");
  rmSync(outdir, { recursive: true, force: true });
  const { status, stderr } = spawnSync(process.execPath, [...node, ...(record === false ? [] : [`--${record}`, recorder]), entry], {
    cwd: folder,
    encoding: "utf8",
    env: {
      ...process.env,
      NODE_OPTIONS: "",
      CDK_OUTDIR: outdir,
      // The built-in check of templates takes seconds and finds nothing that matters here.
      CDK_VALIDATION: "false",
      CDK_CONTEXT_JSON: JSON.stringify(context),
      LEAST_PRIVILEGE_TRACE: "unused-access.trace.json",
    },
  });
  const path = join(folder, "unused-access.trace.json");
  return {
    status,
    stderr,
    trace: existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as TraceFile) : null,
    templates: new Map(
      (existsSync(outdir) ? readdirSync(outdir, { recursive: true, encoding: "utf8" }) : [])
        .filter((name) => name.endsWith(".template.json"))
        .sort()
        .map((name) => [name, readFileSync(join(outdir, name), "utf8")]),
    ),
  };
}

interface Resource {
  readonly Type: string;
  readonly Properties?: { readonly PolicyDocument?: Document; readonly Policies?: readonly { readonly PolicyDocument: Document }[] };
}

interface Document {
  readonly Statement: readonly Statement[];
}

interface Statement {
  readonly Effect: string;
  readonly Action?: string | readonly string[];
}

/** `<logical id> <action>` for each action that an identity policy of a template allows. */
export function granted(templates: ReadonlyMap<string, string>): ReadonlySet<string> {
  const grants = new Set<string>();
  for (const text of templates.values()) {
    const { Resources: resources = {} } = JSON.parse(text) as { Resources?: Readonly<Record<string, Resource>> };
    for (const [id, { Type: type, Properties: properties = {} }] of Object.entries(resources)) {
      if (!/^AWS::IAM::(?:Policy|ManagedPolicy|Role|User|Group)$/u.test(type)) continue;
      const documents = [...(properties.PolicyDocument === undefined ? [] : [properties.PolicyDocument]), ...(properties.Policies ?? []).map((policy) => policy.PolicyDocument)];
      for (const { Effect: effect, Action: action = [] } of documents.flatMap((document) => document.Statement)) {
        if (effect === "Allow") for (const each of typeof action === "string" ? [action] : action) grants.add(`${id} ${each}`);
      }
    }
  }
  return grants;
}

/** The same of what a trace says; construct paths are turned into logical ids by what CDK wrote of them. */
export function accounted(folder: string, { entries, without }: TraceFile): ReadonlySet<string> {
  const outdir = join(folder, "cdk.out");
  const ids = new Map<string, string>();
  for (const name of readdirSync(outdir, { recursive: true, encoding: "utf8" }).filter((each) => each.endsWith(".metadata.json"))) {
    const metadata = JSON.parse(readFileSync(join(outdir, name), "utf8")) as Readonly<Record<string, readonly { readonly type: string; readonly data?: unknown }[]>>;
    for (const [path, facts] of Object.entries(metadata)) {
      const id = facts.find(({ type }) => type === "aws:cdk:logicalId")?.data;
      if (typeof id === "string") ids.set(path.slice(1), id);
    }
  }
  return new Set([...entries, ...without].map(({ action, constructPath }) => `${ids.get(constructPath) ?? constructPath} ${action}`));
}

/** One line for each place of the source: the actions that it gave, and to whom. */
export function shownLines({ entries }: TraceFile): readonly string[] {
  const lines = new Map<string, { readonly actions: Set<string>; readonly principals: Set<string>; readonly also: Set<string>; readonly open: Set<string> }>();
  for (const { file, line, column, action, principals, also = [], open = [] } of entries) {
    const place = `${file}:${String(line)}:${String(column)}`;
    const shown = lines.get(place) ?? { actions: new Set(), principals: new Set(), also: new Set(), open: new Set() };
    lines.set(place, shown);
    shown.actions.add(action);
    for (const principal of principals) shown.principals.add(principal);
    for (const other of also) shown.also.add("why" in other ? other.why : `${other.file}:${String(other.line)}:${String(other.column)}`);
    for (const clause of open) shown.open.add(clause);
  }
  return [...lines].map(([place, { actions, principals, also, open }]) =>
    [`${place} ${[...actions].join(" ")}`, `  → ${[...principals].join(", ")}`, ...[...also].map((other) => `  also ${other}`), ...[...open].map((clause) => `  but ${clause}`)].join("\n"),
  );
}
