import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { runInThisContext } from "node:vm";
import { App, Stack } from "aws-cdk-lib";
import ts from "typescript";

const load = createRequire(import.meta.url);

type StackClass = new (scope: App, id: string, props: object) => Stack;

/** The templates of the stacks that a TypeScript source exports, by stack and nested stack. */
export function synthesise(text: string): ReadonlyMap<string, Template> {
  // The built-in check of templates takes seconds and finds nothing that matters here.
  process.env["CDK_VALIDATION"] = "false";
  const { outputText } = ts.transpileModule(text, {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, esModuleInterop: true, experimentalDecorators: true },
  });
  const module = { exports: {} as Record<string, unknown> };
  const program: unknown = runInThisContext(`(function (require, exports, module) {${outputText}\n})`, { filename: "stack.js" });
  if (typeof program === "function") Reflect.apply(program, undefined, [load, module.exports, module]);
  const app = new App({ analyticsReporting: false, context: { "aws:cdk:disable-creation-stack-traces": true } });
  for (const [name, value] of Object.entries(module.exports)) if (isStackClass(value)) new value(app, name, {});
  const { directory } = app.synth();
  const stacks = app.node.findAll().filter((node): node is Stack => node instanceof Stack);
  return new Map(stacks.map((stack) => [stack.node.path, templateIn(join(directory, stack.templateFile))]));
}

function isStackClass(value: unknown): value is StackClass {
  return typeof value === "function" && value.prototype instanceof Stack;
}

export interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
}

export interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

function templateIn(path: string): Template {
  return JSON.parse(readFileSync(path, "utf8")) as Template;
}

export interface Grant {
  readonly action: string;
  /** The statement without its actions, as JSON. */
  readonly rest: string;
}

export interface Granted {
  /** What each role or user is granted, by `stack path/logical id`. */
  readonly roles: ReadonlyMap<string, Role>;
  /** The templates without the actions of identity policies, as JSON. */
  readonly others: string;
}

export interface Role {
  /** As the template gives it; null for a generated one. */
  readonly name: string | null;
  readonly grants: readonly Grant[];
}

interface Policy {
  readonly Statement: readonly Readonly<Record<string, unknown>>[] | Readonly<Record<string, unknown>>;
}

/** What templates grant, and to whom. */
export function granted(templates: ReadonlyMap<string, Template>): Granted {
  const roles = new Map<string, { name: string | null; grants: Grant[] }>();
  const others: unknown[] = [];
  for (const [path, { Resources }] of templates) {
    for (const [id, { Type, Properties = {} }] of Object.entries(Resources)) {
      const name = Properties[Type === "AWS::IAM::User" ? "UserName" : "RoleName"];
      if (PRINCIPAL.test(Type)) roles.set(`${path}/${id}`, { name: typeof name === "string" ? name : null, grants: [] });
    }
    for (const [id, { Type, Properties = {} }] of Object.entries(Resources)) {
      const give = (references: unknown, policy: Policy): void => {
        for (const reference of list(references)) {
          const role = roles.get(`${path}/${referenced(reference)}`);
          role?.grants.push(...grantsOf(policy));
        }
      };
      if (Type === "AWS::IAM::Policy" || Type === "AWS::IAM::ManagedPolicy") {
        const policy = Properties["PolicyDocument"] as Policy;
        give(Properties["Roles"], policy);
        for (const [other, { Properties: own = {} }] of Object.entries(Resources)) {
          if (list(own["ManagedPolicyArns"]).some((arn) => referenced(arn) === id)) give([{ Ref: other }], policy);
        }
        others.push([path, id, Type, { ...Properties, PolicyDocument: null }]);
      } else if (Type === "AWS::IAM::RolePolicy") {
        give([Properties["RoleName"]], Properties["PolicyDocument"] as Policy);
        others.push([path, id, Type, { ...Properties, PolicyDocument: null }]);
      } else if (PRINCIPAL.test(Type)) {
        for (const each of list(Properties["Policies"])) give([{ Ref: id }], (each as { readonly PolicyDocument: Policy }).PolicyDocument);
        others.push([path, id, Type, { ...Properties, Policies: list(Properties["Policies"]).length }]);
      } else others.push([path, id, Type, Properties]);
    }
  }
  return { roles, others: JSON.stringify(others) };
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function referenced(value: unknown): string {
  return typeof value === "object" && value !== null && "Ref" in value ? String(value.Ref) : "";
}

const PRINCIPAL = /^AWS::IAM::(?:Role|User)$/u;

function grantsOf({ Statement }: Policy): readonly Grant[] {
  return [Statement].flat().flatMap(({ Action, ...rest }) => {
    const actions: readonly unknown[] = Array.isArray(Action) ? Action : [Action];
    return actions.map((action) => ({ action: String(action), rest: JSON.stringify(rest) }));
  });
}
