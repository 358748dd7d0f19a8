import { pathFrom } from "../../../model/paths.js";
import type { SourceText } from "../../../model/text.js";
import type { EstreeFile } from "../../../syntax/estree.js";
import { holderOf, keyName, memberName, unwrap, within } from "../../../syntax/estree.js";
import type { CallExpression, ImportExpression, NewExpression, Node, Variable } from "../../../syntax/estree-nodes.js";
import { isExported, valueReads } from "../../../syntax/estree-values.js";
import type { ClassAt } from "./exports.js";
import { topLevel } from "./exports.js";
import type { Stranger } from "./modules.js";
import { oncePerProject, projectOf } from "./cdk-project.js";

/** Where a class is used. */
export interface Uses {
  readonly creations: readonly { readonly file: EstreeFile; readonly node: NewExpression }[];
  readonly subclasses: readonly ClassAt[];
  /** Clauses: what else may create instances of it. */
  readonly elsewhere: readonly string[];
}

const once = oncePerProject<Uses>();

export function usesOf(owner: ClassAt): Uses {
  return once(owner.file, owner.node, { creations: [], subclasses: [], elsewhere: [] }, () => findUses(owner));
}

function findUses(owner: ClassAt): Uses {
  const { file, node } = owner;
  const uses = { creations: [], subclasses: [], elsewhere: new Set<string>() };
  const search: Search = { owner, name: node.id?.name ?? "(anonymous)", uses, exported: new Set() };
  if (file.parents.get(node)?.type === "ExportDefaultDeclaration") exportedAs(search, file, "default");
  for (const variable of classVariables(owner)) {
    if (isExported(file, variable) && file.parents.get(node)?.type !== "ExportDefaultDeclaration") exportedAs(search, file, variable.name);
    for (const read of valueReads(variable)) use(search, file, read);
  }
  if (createsItself(owner)) uses.elsewhere.add(`the class "${search.name}" creates instances of "this"`);
  return { ...uses, elsewhere: [...uses.elsewhere] };
}

interface Search {
  readonly owner: ClassAt;
  readonly name: string;
  readonly uses: {
    readonly creations: { readonly file: EstreeFile; readonly node: NewExpression }[];
    readonly subclasses: ClassAt[];
    readonly elsewhere: Set<string>;
  };
  /** The files that were searched, and the names that they export it by. */
  readonly exported: Set<string>;
}

/** One mention of the class as a value. */
function use(search: Search, file: EstreeFile, read: Node): void {
  const { uses, name } = search;
  const holder = holderOf(file, read);
  if (holder?.type === "NewExpression" && unwrap(holder.callee) === read) uses.creations.push({ file, node: holder });
  else if (holder?.type === "ClassDeclaration" || holder?.type === "ClassExpression") uses.subclasses.push({ file, node: holder });
  else if (holder?.type === "ExportDefaultDeclaration") exportedAs(search, file, "default");
  else if (holder?.type === "ExportSpecifier") exportedAs(search, file, keyName(holder.exported, false) ?? "default");
  // Statics and `instanceof` create nothing.
  else if (holder?.type !== "MemberExpression" && holder?.type !== "BinaryExpression") {
    uses.elsewhere.add(`the class "${name}" is handed on as a value`);
  }
}

/** Other files get the class from `file` by the name `exported`. */
function exportedAs(search: Search, file: EstreeFile, exported: string): void {
  const project = projectOf(file);
  const { uses, name } = search;
  if (!project.isWhole) {
    uses.elsewhere.add(`other files may create the class "${name}", which is exported`);
    return;
  }
  const path = project.pathOf(file);
  const key = JSON.stringify([path, exported]);
  if (search.exported.has(key)) return;
  search.exported.add(key);
  const library = project.libraryOf(file);
  if (library !== null) uses.elsewhere.add(`the package "${library}" exports the class "${name}" for others`);
  else if (!project.hasApp) uses.elsewhere.add(`the project creates no app, and others may create the class "${name}", which is exported`);
  for (const source of project.modules.importers(path)) searchImporter(search, file, exported, source);
  for (const stranger of project.modules.strangers()) {
    const { source } = stranger;
    const module = strangeModule(stranger, exported);
    if (module !== null) uses.elsewhere.add(`"${pathFrom(project.root, source.path)}" imports "${exported}" from "${module}", which is not followed`);
  }
}

/** Imports and exports that may reach a name without spelling it. */
const UNSPELT = /\*\s*(?:as|from)\b|\brequire\s*\(|\bimport\s*\(|\bimport\s+[\w$]+\s*(?:,|=|from\b)/u;

function searchImporter(search: Search, target: EstreeFile, exported: string, source: SourceText): void {
  if (exported !== "default" && !source.text.includes(exported) && !UNSPELT.test(source.text)) return;
  const { root, file: fileAt, modules, pathOf } = projectOf(target);
  const file = fileAt(source.path);
  if (file === null) {
    search.uses.elsewhere.add(`"${pathFrom(root, source.path)}", which may create the class "${search.name}", cannot be parsed`);
    return;
  }
  const path = pathOf(target);
  const isTarget = (specifier: unknown): boolean => typeof specifier === "string" && modules.resolve(source.path, specifier) === path;
  for (const node of topLevel(file)) {
    if (node.type === "ImportDeclaration" && isTarget(node.source.value)) importedBy(search, file, node.specifiers, exported);
    if (node.type === "TSImportEqualsDeclaration" && node.moduleReference.type === "TSExternalModuleReference") {
      const { expression } = node.moduleReference;
      if (expression.type === "Literal" && isTarget(expression.value)) throughModule(search, file, node, exported);
    }
    if (node.type === "ExportAllDeclaration" && isTarget(node.source.value)) {
      if (node.exported !== null) search.uses.elsewhere.add(`"${pathFrom(root, source.path)}" exports the whole module of the class "${search.name}"`);
      else if (exported !== "default") exportedAs(search, file, exported);
    }
    if (node.type === "ExportNamedDeclaration" && node.source !== null && isTarget(node.source.value)) {
      for (const { local, exported: other } of node.specifiers) {
        if (keyName(local, false) === exported) exportedAs(search, file, keyName(other, false) ?? "default");
      }
    }
  }
  for (const node of loadsIn(file)) {
    if (node.type === "ImportExpression" && node.source.type === "Literal" && isTarget(node.source.value)) {
      search.uses.elsewhere.add(`"${pathFrom(root, source.path)}" loads the module of the class "${search.name}" when it runs`);
    }
    if (node.type === "CallExpression") {
      const [module] = node.arguments;
      if (module?.type === "Literal" && isTarget(module.value)) required(search, file, node, exported);
    }
  }
}

/** Every class of a module asks each of its importers. */
const loads = new WeakMap<EstreeFile, readonly (ImportExpression | CallExpression)[]>();

/** `import("./orders")`, `require("./orders")` */
function loadsIn(file: EstreeFile): readonly (ImportExpression | CallExpression)[] {
  const known =
    loads.get(file) ??
    file.nodes.flatMap((node) => {
      const isLoad = node.type === "ImportExpression" || (node.type === "CallExpression" && node.callee.type === "Identifier" && node.callee.name === "require");
      return isLoad ? [node] : [];
    });
  loads.set(file, known);
  return known;
}

function importedBy(search: Search, file: EstreeFile, specifiers: readonly Node[], exported: string): void {
  for (const specifier of specifiers) {
    const variables = file.declared.get(specifier) ?? [];
    if (specifier.type === "ImportNamespaceSpecifier") throughModule(search, file, specifier, exported);
    const name = specifier.type === "ImportDefaultSpecifier" ? "default" : specifier.type === "ImportSpecifier" ? keyName(specifier.imported, false) : null;
    if (name === exported) for (const variable of variables) for (const read of valueReads(variable)) use(search, file, read);
  }
}

/** `import * as stacks from "./stacks"` */
function throughModule(search: Search, file: EstreeFile, declaration: Node, exported: string): void {
  for (const variable of file.declared.get(declaration) ?? []) {
    for (const read of valueReads(variable)) memberOfModule(search, file, read, exported);
  }
}

function memberOfModule(search: Search, file: EstreeFile, module: Node, exported: string): void {
  const holder = holderOf(file, module);
  const name = holder?.type === "MemberExpression" && unwrap(holder.object) === unwrap(module) ? memberName(holder) : null;
  if (holder === undefined || name === null) search.uses.elsewhere.add(`the module of the class "${search.name}" is handed on as a whole`);
  else if (name === exported) use(search, file, holder);
}

/** `const { Orders } = require("./orders")`, `const orders = require("./orders")` */
function required(search: Search, file: EstreeFile, call: Node, exported: string): void {
  const holder = holderOf(file, call);
  if (holder?.type !== "VariableDeclarator") {
    if (holder?.type !== "ExpressionStatement") memberOfModule(search, file, call, exported);
    return;
  }
  const variables = file.declared.get(holder) ?? [];
  if (holder.id.type === "Identifier") for (const variable of variables) for (const read of valueReads(variable)) memberOfModule(search, file, read, exported);
  if (holder.id.type !== "ObjectPattern") return;
  for (const property of holder.id.properties) {
    if (property.type !== "Property") {
      search.uses.elsewhere.add(`the module of the class "${search.name}" is handed on as a whole`);
      continue;
    }
    if (keyName(property.key, property.computed) !== exported) continue;
    const variable = variables.find(({ identifiers }) => identifiers.includes(property.value));
    for (const read of variable === undefined ? [] : valueReads(variable)) use(search, file, read);
  }
}

/** The module that gives a file something of this name. */
function strangeModule({ source, specifiers }: Stranger, name: string): string | null {
  if (name === "default" || !source.text.includes(name)) return null;
  const imports = (specifier: string): boolean =>
    [...source.text.matchAll(/\bimport\b([^;"'`]*)["'`]([^"'`\n]+)["'`]/gu)].some(
      ([, names = "", from]) => from === specifier && new RegExp(`\\b${name.replace(/\$/gu, "\\$")}\\b`, "u").test(names),
    );
  return specifiers.find(imports) ?? null;
}

/** `new this(…)` and `new this.constructor(…)`, also of a subclass. */
function createsItself({ file, node: owner }: ClassAt): boolean {
  return within(file, owner).some((node) => {
    const callee = node.type === "NewExpression" ? unwrap(node.callee) : null;
    return callee?.type === "ThisExpression" || (callee !== null && memberName(callee) === "constructor");
  });
}

/** The variables that mean the class: its own, and for `const Orders = class …` the constant. */
function classVariables({ file, node }: ClassAt): readonly Variable[] {
  const holder = file.parents.get(node);
  const named = holder?.type === "VariableDeclarator" ? (file.declared.get(holder) ?? []) : [];
  return [...(file.declared.get(node) ?? []), ...named];
}
