import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { runInThisContext } from "node:vm";
import { App, Stack } from "aws-cdk-lib";
import ts from "typescript";
import { parseForESLint } from "@typescript-eslint/parser";
import { cdk, type CdkReading } from "../../../src/dialects/cdk.js";
import type { Parse, ProjectFiles } from "../../../src/dialects/dialect.js";
import type { LocatedPolicies } from "../../../src/model/policy.js";
import type { SourceText } from "../../../src/model/text.js";
import type { Template } from "./synthesise.js";

/** The files of an app by their paths below the project, `bin/app.ts` among them. */
export type AppFiles = Readonly<Record<string, string>>;

const load = createRequire(import.meta.url);

/** A stack as it was synthesised. */
export interface SynthesisedStack {
  /** Its path in the construct tree. */
  readonly path: string;
  /** Null for a nested stack, which CloudFormation names. */
  readonly name: string | null;
  readonly template: Template;
}

/** Runs `bin/app.ts`, and synthesises every app that it creates. */
export function synthesiseApp(files: AppFiles): readonly SynthesisedStack[] {
  process.env["CDK_VALIDATION"] = "false";
  const apps: App[] = [];
  class ObservedApp extends App {
    constructor() {
      super({ analyticsReporting: false, context: { "aws:cdk:disable-creation-stack-traces": true } });
      apps.push(this);
    }
  }
  const library: object = Object.create(load("aws-cdk-lib") as object, { App: { value: ObservedApp, enumerable: true } }) as object;
  const modules = new Map<string, { exports: unknown }>();
  const run = (path: string): unknown => {
    const known = modules.get(path);
    if (known !== undefined) return known.exports;
    const module: { exports: unknown } = { exports: {} };
    modules.set(path, module);
    const { outputText } = ts.transpileModule(files[path] ?? "", {
      compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, esModuleInterop: true, useDefineForClassFields: false },
    });
    const program: unknown = runInThisContext(`(function (require, exports, module) {${outputText.replace(/^#!/u, "//")}\n})`, { filename: path });
    const required = (specifier: string): unknown => {
      if (specifier === "aws-cdk-lib") return library;
      const target = targetOf(files, path, specifier);
      return target === null ? (load(specifier) as unknown) : run(target);
    };
    if (typeof program === "function") Reflect.apply(program, undefined, [required, module.exports, module]);
    return module.exports;
  };
  run("bin/app.ts");
  return apps.flatMap((app) => {
    app.synth();
    return app.node.findAll().filter((node): node is Stack => node instanceof Stack).map((stack) => ({
      path: stack.node.path,
      name: stack.nested ? null : stack.stackName,
      template: JSON.parse(readFileSync(join(directoryOf(app, stack), stack.templateFile), "utf8")) as Template,
    }));
  });
}

/** Stages have assemblies of their own. */
function directoryOf(app: App, stack: Stack): string {
  const [stage] = stack.node.scopes.toReversed().filter((scope) => scope !== app && App.isStage(scope));
  return stage !== undefined && App.isStage(stage) ? stage.synth().directory : app.synth().directory;
}

function targetOf(files: AppFiles, from: string, specifier: string): string | null {
  const aliased = specifier.startsWith("@/") ? join("lib", specifier.slice(2)) : null;
  if (aliased === null && !specifier.startsWith(".")) return null;
  const place = aliased ?? join(dirname(from), specifier);
  return [`${place}.ts`, join(place, "index.ts")].find((path) => path in files) ?? null;
}

const ROOT = "/project";

export const parse: Parse = ({ path, text }) => {
  const { ast, scopeManager, visitorKeys } = parseForESLint(text, { filePath: path, range: true, loc: true, comment: true, sourceType: "module" });
  return { ast, scopeManager, visitorKeys };
};

/** What the dialect is given of one of several files, none of which need be on disk. */
export function appFiles(files: AppFiles): ProjectFiles<CdkReading> {
  const sources = Object.entries(files)
    .filter(([path]) => cdk.claims(path))
    .map(([path, text]): SourceText => ({ path: join(ROOT, path), text }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  const trees = new Map<string, unknown>();
  return {
    root: ROOT,
    directory: () => ({ readings: [], unread: [] }),
    text: (path) => files[path.slice(ROOT.length + 1)] ?? null,
    holding: (...words) => sources.filter(({ text }) => words.some((word) => text.includes(word))),
    ending: (end) => (end === "" ? sources : sources.filter(({ path }) => path.endsWith(end))),
    tree: (file) => {
      const tree = trees.has(file.path) ? trees.get(file.path) : parsed(file);
      trees.set(file.path, tree);
      return tree;
    },
    as: () => {
      throw new Error("no other dialect is asked");
    },
  };
}

/** Null for a file that is no TypeScript. */
function parsed(file: SourceText): unknown {
  try {
    return parse(file);
  } catch {
    return null;
  }
}

/** The policies of one file of an app. */
export function locateIn(files: AppFiles, path: string, around = appFiles(files)): LocatedPolicies {
  const source = { path: join(ROOT, path), text: files[path] ?? "", principals: [] };
  return cdk.bind(cdk.read({ ...source, tree: around.tree?.(source) ?? null }), around);
}
