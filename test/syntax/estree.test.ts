import { parseForESLint } from "@typescript-eslint/parser";
import { describe, expect, it } from "vitest";
import type { EstreeFile } from "../../src/syntax/estree.js";
import { indexTree, isEstreeTree, unwrap } from "../../src/syntax/estree.js";
import { flowsOf } from "../../src/syntax/estree-flow.js";
import { importedName } from "../../src/syntax/estree-imports.js";
import type { Node } from "../../src/syntax/estree-nodes.js";
import { isShared, propertiesOf, resolve, staticText, textParts } from "../../src/syntax/estree-values.js";

function parse(text: string): EstreeFile {
  const { ast, scopeManager } = parseForESLint(text, { range: true, loc: true, comment: true, tokens: true, sourceType: "module" });
  const tree: unknown = { ast, scopeManager };
  if (!isEstreeTree(tree)) throw new Error("not a tree");
  return indexTree(text, tree);
}

/** The argument of the call `probe(…)`. */
function probe(file: EstreeFile): Node {
  for (const node of file.nodes) {
    if (node.type === "CallExpression" && node.callee.type === "Identifier" && node.callee.name === "probe") {
      const [argument] = node.arguments;
      if (argument !== undefined) return argument;
    }
  }
  throw new Error("no probe(…)");
}

function textAt(file: EstreeFile, node: Node): string {
  return file.text.slice(...node.range);
}

describe("the guard", () => {
  it.each([null, undefined, "Program", {}, { ast: {}, scopeManager: {} }, { ast: null, scopeManager: { scopes: [] } }])("refuses %j", (tree) => {
    expect(isEstreeTree(tree)).toBe(false);
  });
});

describe("the index", () => {
  it("lists comments in source order", () => {
    const file = parse("// one\r\nprobe(/* two */ 1); // three");
    expect(file.comments.map(({ start, end }) => file.text.slice(start, end))).toEqual(["// one", "/* two */", "// three"]);
  });

  it("strips assertions and optional chains", () => {
    const file = parse("probe((<string>a?.b! as const) satisfies string)");
    expect(textAt(file, unwrap(probe(file)))).toBe("a?.b");
  });
});

describe("resolved values", () => {
  it.each([
    ["a variable", "const a = [1]; probe(a)", "[1]"],
    ["a chain of variables", "const a = [1] as const; const b = a; probe(b)", "[1]"],
    ["a private field", "class A { private a = [1]; b() { probe(this.a) } }", "[1]"],
    ["a field set in the constructor", "class A { a; constructor() { this.a = [1]; } b() { () => probe(this.a) } }", "[1]"],
    ["a field of an instance", "class A { a = [1]; } const x = new A(); probe(x.a)", "[1]"],
  ])("come through %s", (_, text, value) => {
    const file = parse(text);
    expect(textAt(file, resolve(file, probe(file)))).toBe(value);
  });

  it.each([
    ["a variable that changes", "let a = [1]; a = [2]; probe(a)", "a"],
    ["a parameter", "function f(a) { probe(a) }", "a"],
    ["a field set twice", "class A { a = [1]; b() { this.a = []; probe(this.a) } }", "this.a"],
    ["a field of a function's own this", "class A { a = [1]; b() { function c() { probe(this.a) } } }", "this.a"],
    ["a static member", "class A { a = [1]; static b() { probe(this.a) } }", "this.a"],
    ["names that refer to themselves", "const a = b; const b = a; probe(a)", "a"],
  ])("stop at %s", (_, text, value) => {
    const file = parse(text);
    expect(textAt(file, resolve(file, probe(file)))).toBe(value);
  });
});

describe("texts", () => {
  it("are put together from constants", () => {
    const file = parse("const app = 'orders' as const; const n = 2; probe(`${app}-role` + '-' + n)");
    expect(staticText(file, probe(file))).toBe("orders-role-2");
  });

  it("keep what is unknown as source", () => {
    const file = parse("probe(`app-${props.stage}-` + name)");
    expect(textParts(file, probe(file))).toEqual(["app-", { unknown: "props.stage" }, "-", { unknown: "name" }]);
    expect(staticText(file, probe(file))).toBeNull();
  });

  it("are not made of added numbers", () => {
    const file = parse("probe(1 + 2)");
    expect(textParts(file, probe(file))).toEqual([{ unknown: "1 + 2" }]);
  });
});

describe("properties", () => {
  it("come from spread constants too, and later ones win", () => {
    const file = parse("const base = { a: 1, b: 2 }; probe({ ...base, 'b': 3 })");
    const { values, complete } = propertiesOf(file, probe(file));
    expect([...values].map(([name, { node }]) => [name, textAt(file, node)])).toEqual([["a", "1"], ["b", "3"]]);
    expect(complete).toBe(true);
  });

  it("before an unknown spread are not certain", () => {
    const { values, complete } = propertiesOf(...withProbe("probe({ a: 1, ...rest, b: 2 })"));
    expect([...values.keys()]).toEqual(["b"]);
    expect(complete).toBe(false);
  });

  it("of computed names and getters are not certain", () => {
    expect(propertiesOf(...withProbe("probe({ [a]: 1 })")).complete).toBe(false);
    expect(propertiesOf(...withProbe("probe({ get a() { return 1; } })")).complete).toBe(false);
  });
});

function withProbe(text: string): [EstreeFile, Node] {
  const file = parse(text);
  return [file, probe(file)];
}

describe("sharing", () => {
  it.each([
    ["const a = []; probe(a)", false],
    ["const a: typeof a = []; type T = typeof a; probe(a)", true],
    ["const a = []; probe(a); other(a)", true],
    ["export const a = []; probe(a)", true],
    ["const a = []; export { a }; probe(a)", true],
    ["const a = []; const b = a; probe(b); other(a)", true],
    ["probe([])", false],
  ])("%s", (text, shared) => {
    expect(isShared(...withProbe(text))).toBe(shared);
  });
});

describe("flows", () => {
  const flows = (text: string) => {
    const file = parse(text);
    const made = file.nodes.find((node) => node.type === "NewExpression");
    if (made === undefined) throw new Error("nothing made");
    return flowsOf(file, made).map((flow) => ("lost" in flow ? flow.lost : textAt(file, file.parents.get(flow.at) ?? flow.at)));
  };

  it.each([
    ["a direct use", "f(new A());", ["f(new A())"]],
    ["no use", "new A();", []],
    ["every mention of a variable", "const a = new A() as B; f(a); a.b();", ["f(a)", "a.b"]],
    ["an export", "export const a = new A(); f(a);", ['"a" is exported', "f(a)"]],
    ["a private field", "class X { private a = new A(); m() { f(this.a); } }", ["f(this.a)"]],
    ["a public field", "class X { constructor() { this.a = new A(); f(this.a); } }", ['"this.a" is not private', "f(this.a)"]],
    ["a variable assigned twice", "let a = new A(); a = b; f(a);", ['"a" is assigned more than once', "f(a)"]],
  ])("follow %s", (_, text, expected) => {
    expect(flows(text)).toEqual(expected);
  });
});

describe("imports", () => {
  it.each([
    ["import * as iam from 'aws-iam'; probe(iam.Role)"],
    ["import { Role } from 'aws-iam'; probe(Role)"],
    ["import { Role as R } from 'aws-iam'; probe(R)"],
    ["import iam = require('aws-iam'); probe(iam.Role)"],
    ["const iam = require('aws-iam'); probe(iam.Role)"],
    ["const { Role } = require('aws-iam'); probe(Role)"],
    ["const { Role: R } = require('aws-iam'); probe(R)"],
    ["import * as iam from 'aws-iam'; const { Role } = iam; const R = Role; probe(R)"],
  ])("%s", (text) => {
    expect(importedName(...withProbe(text))).toEqual({ module: "aws-iam", path: ["Role"] });
  });

  it("tell the default export from the module", () => {
    const probe = withProbe("import iam from 'aws-iam'; probe(iam['Role'])");
    expect(importedName(...probe)).toEqual({ module: "aws-iam", path: ["default", "Role"] });
  });

  it.each(["const Role = class {}; probe(Role)", "probe(Role)", "function f(require) { probe(require('aws-iam').Role) }", "let iam = require('aws-iam'); iam = x; probe(iam.Role)"])(
    "not %s",
    (text) => {
      expect(importedName(...withProbe(text))).toBeNull();
    },
  );
});
