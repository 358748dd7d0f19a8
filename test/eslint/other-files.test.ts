import * as typescript from "@typescript-eslint/parser";
import { Linter } from "eslint";
import { expect, it } from "vitest";
import { parserOf } from "../../src/eslint/other-files.js";
import { indexTree, isEstreeTree } from "../../src/syntax/estree.js";

const { parser: espree } = ((): Linter.LanguageOptions => {
  let options: Linter.LanguageOptions = {};
  const rule = { create: (context: { readonly languageOptions: Linter.LanguageOptions }) => ((options = context.languageOptions), {}) };
  new Linter().verify("", [{ plugins: { own: { rules: { look: rule } } }, rules: { "own/look": "error" } }]);
  return options;
})();

it.each<[string, Linter.LanguageOptions, string]>([
  ["ESLint's own parser", { parser: espree ?? typescript }, "export class Part {}"],
  ["typescript-eslint", { parser: typescript, sourceType: "module" }, "export class Part<T> {}"],
  ["one with types", { parser: typescript, parserOptions: { projectService: true, project: ["./none.json"] } }, "export class Part<T> {}"],
])("%s reads other files with their scopes", (_, options, text) => {
  const parse = parserOf(options);
  const tree = parse?.({ path: "/app/lib/part.ts", text });
  if (!isEstreeTree(tree)) throw new Error("no tree");
  const { nodes, declared } = indexTree(text, tree);
  const part = nodes.find(({ type }) => type === "ClassDeclaration");
  expect(part === undefined ? [] : declared.get(part)?.map(({ name }) => name)).toEqual(["Part", "Part"]);
});

it("is the same function for the same parser and options", () => {
  expect(parserOf({ parser: typescript })).toBe(parserOf({ parser: typescript, parserOptions: { project: true } }));
  expect(parserOf({ parser: typescript })).not.toBe(parserOf({ parser: typescript, sourceType: "script" }));
});

it("is none under a language without a parser", () => {
  expect(parserOf({})).toBeUndefined();
});
