import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Stack, Stage, type App } from "aws-cdk-lib";

export interface Template {
  readonly Resources: Readonly<Record<string, { readonly Type: string; readonly Properties?: Readonly<Record<string, unknown>> }>>;
}

/** The templates of an app that was synthesised, by the construct paths of their stacks. */
export function templatesOf(app: App): Readonly<Record<string, Template>> {
  const stacks = app.node.findAll().filter((node) => Stack.isStack(node));
  return Object.fromEntries(
    stacks.map((stack) => {
      const template: Template = JSON.parse(readFileSync(join(Stage.of(stack)?.outdir ?? "", stack.templateFile), "utf8")) as Template;
      return [stack.node.path, template];
    }),
  );
}
