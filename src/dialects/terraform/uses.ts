import type { HclBlock, HclBody, HclExpression, HclTemplate } from "../../syntax/hcl-nodes.js";
import { attributeOf, blocksOf, CARRIERS, literalText, mentionsVariable, partExpressions, traversal, unwrap } from "./expressions.js";
import { readFileOf, type FilePath } from "./file-paths.js";
import { calledModule } from "./registry-modules.js";

/** Where in a directory something stands: a block and the path of names inside it, such as `inline_policy`, `policy`. */
export interface Site {
  /** `resource`, `data`, `locals`, `output`, `module`, … */
  readonly block: string;
  /** `aws_iam_role_policy`; of a module call what is called, if it is known; empty for other blocks that have one label or none. */
  readonly type: string;
  /** The last label; of a local value its name. */
  readonly name: string;
  readonly path: readonly string[];
  /** Of a value that may be a part of a policy: what becomes of it there. */
  readonly arrival?: Arrival;
}

/**
 * - `text`: it is part of the policy text at the site.
 * - `node`: it is part of what another node stands for; `apart` from its named members.
 * - `lost`: it becomes something else, or part of what is no "Allow"; `clause` completes "not fixed, because …".
 */
export type Arrival =
  | { readonly kind: "text" }
  | { readonly kind: "node"; readonly node: string; readonly apart?: true }
  | { readonly kind: "lost"; readonly clause: string };

/** One reference to something that a policy's text or ARN can flow through. */
export interface Use {
  /** `data.aws_iam_policy_document.read`, `aws_iam_policy.read`, `local.read`. */
  readonly target: string;
  readonly site: Site;
  /** What makes something else of the value on its way (`replace(…)`); null when the value arrives as it is. */
  readonly through: string | null;
  /** The only instance that it refers to (`["reader"]`, `[0]`); null when it may be any. */
  readonly instance: string | null;
}

/** A text that holds the ARN of a managed policy, put together from its name: `"arn:aws:iam::${…}:policy/app"`. */
export interface SpelledArn {
  readonly expression: HclExpression;
  readonly site: Site;
}

/** What a block uses, by reference and by ARN. */
export interface Uses {
  readonly references: readonly Use[];
  readonly arns: readonly SpelledArn[];
  /** The files whose texts it reads. */
  readonly files: readonly FilePath[];
}

/** Stands for every managed policy of the directory. */
export const ANY_POLICY = "aws_iam_policy";

interface Collected {
  readonly references: Use[];
  readonly arns: SpelledArn[];
  readonly files: FilePath[];
}

/** The address of the block that a site stands in, as Terraform and people write it. */
export function siteAddress({ block, type, name }: Site): string {
  switch (block) {
    case "resource":
      return `${type}.${name}`;
    case "data":
      return `data.${type}.${name}`;
    case "locals":
      return `local.${name}`;
    default:
      return name === "" ? block : `${block} "${name}"`;
  }
}

export function blockSite(block: HclBlock): Site {
  const labels = block.labels.map((label) => label.value);
  if (block.name === "module") return { block: "module", type: calledModule(block)?.id ?? "", name: labels[0] ?? "", path: [] };
  return { block: block.name, type: labels.length > 1 ? (labels[0] ?? "") : "", name: labels.at(-1) ?? "", path: [] };
}

/** Blocks that refer to addresses without using any value. */
const ADDRESS_ONLY: ReadonlySet<string> = new Set(["moved", "removed", "import", "lifecycle"]);

/** Every use in a block at the top level of a file. */
export function usesIn(block: HclBlock): Uses {
  const uses: Collected = { references: [], arns: [], files: [] };
  if (!ADDRESS_ONLY.has(block.name)) visitBody(block.body, blockSite(block), "each", uses);
  else if (block.name === "removed") uses.references.push(...forgottenAttachments(block));
  return uses;
}

export function usesOf(expression: HclExpression, site: Site): readonly Use[] {
  const uses: Collected = { references: [], arns: [], files: [] };
  visitValue(expression, site, uses);
  return uses.references;
}

/** What an expression that is nothing but a reference, or the text of a file, stands for; null for others. */
export function referredTarget(expression: HclExpression): string | null {
  const path = traversal(expression);
  if (path !== null) return targetOf(path);
  return expression.type === "HclCall" ? (readFileOf(expression)?.target ?? null) : null;
}

/** `removed` with `destroy = false` forgets a resource and leaves it in place: an attachment stays, of whichever policy. */
function forgottenAttachments(block: HclBlock): readonly Use[] {
  const from = attributeOf(block.body, "from");
  const [type = "", name = ""] = (from === null ? null : traversal(from)) ?? [];
  if (!/^aws_iam_(?:\w+_)?policy_attachments?(?:_exclusive)?$/u.test(type)) return [];
  const stays = blocksOf(block.body, "lifecycle").some(({ body }) => {
    const destroy = attributeOf(body, "destroy");
    return destroy?.type === "HclBoolean" && !destroy.value;
  });
  const site: Site = { block: "removed", type, name, path: [] };
  return stays ? [{ target: ANY_POLICY, site, through: null, instance: null }] : [];
}

/** `iterator` is what stands for one element of the body's `for_each`: `each`, or the label of a dynamic block. */
function visitBody(body: HclBody, site: Site, iterator: string, uses: Collected): void {
  for (const item of body.items) {
    if (item.type === "HclAttribute") {
      const inner = site.block === "locals" ? { ...site, name: item.name } : below(site, item.name);
      if (item.name === "depends_on" || item.name === "count") continue;
      if (item.name === "for_each") {
        // Where the element is used, what stands in the collection is used.
        for (const path of iteratorPaths(body, iterator)) visitValue(item.value, { ...site, path: [...site.path, ...path] }, uses);
      } else visitValue(item.value, inner, uses);
    } else if (item.name === "dynamic") {
      const label = item.labels[0]?.value ?? "";
      visitDynamic(item, below(site, label), uses);
    } else if (!ADDRESS_ONLY.has(item.name)) visitBody(item.body, below(site, item.name), "", uses);
  }
}

function visitDynamic(block: HclBlock, site: Site, uses: Collected): void {
  const iterator = iteratorOf(block);
  const collection = attributeOf(block.body, "for_each");
  for (const item of block.body.items) {
    if (item.type !== "HclBlock" || item.name !== "content") continue;
    if (collection !== null) {
      for (const path of iteratorPaths(item.body, iterator)) visitValue(collection, { ...site, path: [...site.path, ...path] }, uses);
    }
    visitBody(item.body, site, "", uses);
  }
}

/** What stands for one element in the content of a dynamic block. */
function iteratorOf(dynamic: HclBlock): string {
  const named = attributeOf(dynamic.body, "iterator");
  return (named === null ? null : traversal(named)?.[0]) ?? dynamic.labels[0]?.value ?? "";
}

function below(site: Site, name: string): Site {
  return { ...site, path: [...site.path, name] };
}

/** The paths of the attributes that mention the iterator, also by way of the iterators of dynamic blocks over its parts. */
function iteratorPaths(body: HclBody, iterator: string): readonly (readonly string[])[] {
  return body.items.flatMap((item): (readonly string[])[] => {
    if (item.type === "HclAttribute") {
      return item.name !== "for_each" && mentionsVariable(item.value, iterator) ? [[item.name]] : [];
    }
    if (item.name === "dynamic") {
      const label = item.labels[0]?.value ?? "";
      const collection = attributeOf(item.body, "for_each");
      const iterators = collection !== null && mentionsVariable(collection, iterator) ? [iterator, iteratorOf(item)] : [iterator];
      return blocksOf(item.body, "content").flatMap(({ body: content }) =>
        iterators.flatMap((name) => iteratorPaths(content, name).map((path) => [label, ...path])),
      );
    }
    return iteratorPaths(item.body, iterator).map((path) => [item.name, ...path]);
  });
}

function visitValue(value: HclExpression, site: Site, uses: Collected): void {
  visit(value, null);

  function visit(expression: HclExpression, through: string | null): void {
    const path = traversal(expression);
    if (path !== null) {
      const target = targetOf(path);
      if (target !== null) uses.references.push({ target, site, through, instance: instanceKey(expression) });
      return;
    }
    switch (expression.type) {
      case "HclTemplate":
        visitTemplate(expression, through);
        break;
      case "HclTuple":
        for (const item of expression.items) visit(item, through);
        break;
      case "HclObject":
        for (const { key, value: member } of expression.items) {
          if (key.type !== "HclVariable") visit(key, through);
          visit(member, through);
        }
        break;
      case "HclForTuple":
        visit(expression.collection, through);
        visit(expression.result, through);
        break;
      case "HclForObject":
        visit(expression.collection, through);
        visit(expression.resultKey, through);
        visit(expression.result, through);
        break;
      case "HclCall": {
        if (OPAQUE_RESULTS.has(expression.name)) break;
        const file = readFileOf(expression);
        if (file !== null) {
          uses.references.push({ target: file.target, site, through, instance: null });
          uses.files.push(file);
        }
        const [decoded] = expression.arguments;
        if (expression.name === "jsonencode" && decoded?.type === "HclCall" && decoded.name === "jsondecode") {
          for (const argument of decoded.arguments) visit(argument, through);
          break;
        }
        if (spellsArn(expression)) uses.arns.push({ expression, site });
        const inner = CARRIERS.has(expression.name) ? through : (through ?? `${expression.name}(…)`);
        for (const argument of expression.arguments) visit(argument, inner);
        break;
      }
      case "HclConditional":
        visit(expression.consequent, through);
        visit(expression.alternate, through);
        break;
      case "HclParentheses":
        visit(expression.expression, through);
        break;
      case "HclGetAttribute":
      case "HclIndex":
        visit(expression.object, through);
        break;
      case "HclSplat":
        visit(expression.object, through);
        visit(expression.each, through);
        break;
      // Comparisons and arithmetic let no text through.
      case "HclBinary":
      case "HclUnary":
      case "HclNumber":
      case "HclBoolean":
      case "HclNull":
      case "HclVariable":
        break;
    }
  }

  function visitTemplate(template: HclTemplate, through: string | null): void {
    const inner = unwrap(template);
    if (spellsArn(template)) uses.arns.push({ expression: template, site });
    if (inner !== template) visit(inner, through);
    else for (const part of template.parts) for (const expression of partExpressions(part)) visit(expression, through ?? "a string");
  }
}

/** The literal key right after an address of two parts: `aws_iam_policy.p["reader"].arn`. */
function instanceKey(expression: HclExpression): string | null {
  if (expression.type === "HclGetAttribute") return instanceKey(expression.object);
  if (expression.type !== "HclIndex") return null;
  if (traversal(expression.object)?.length !== 2 || expression.object.type !== "HclGetAttribute") return instanceKey(expression.object);
  return expression.key.type === "HclNumber" ? expression.key.raw : literalText(expression.key);
}

/** Does the text hold an ARN of a managed policy that is not AWS's own? */
function spellsArn(expression: HclExpression): boolean {
  const pieces =
    expression.type === "HclTemplate"
      ? expression.parts.map((part) => (part.type === "HclText" ? part.value : "…"))
      : expression.type === "HclCall" && (expression.name === "format" || expression.name === "join")
        ? expression.arguments.map((argument) => literalText(argument) ?? "…")
        : [];
  const text = pieces.join("");
  return /\bpolicy\//u.test(text) && !text.includes(":aws:policy/") && !text.trimStart().startsWith("{");
}

/** Functions that tell of their argument, but do not contain it. */
const OPAQUE_RESULTS: ReadonlySet<string> = new Set(["alltrue", "anytrue", "can", "contains", "length", "md5", "sha1", "sha256", "sha512"]);

/** Attributes that do not lead to the policy's text or to its ARN. */
const HARMLESS: ReadonlySet<string> = new Set([
  "attachment_count",
  "description",
  "name_prefix",
  "path",
  "tags",
  "tags_all",
  "version",
]);

/** Inline policies: only these attributes hold the text. */
const INLINE: Readonly<Record<string, string>> = {
  aws_iam_role_policy: "policy",
  aws_iam_user_policy: "policy",
  aws_iam_group_policy: "policy",
  aws_iam_role: "inline_policy",
};

function targetOf(path: readonly string[]): string | null {
  const [root, first, second, third] = path;
  if (root === undefined || first === undefined) return null;
  if (root === "local" || root === "var") return `${root}.${first}`;
  if (root === "module") return second === undefined ? null : `module.${first}.${second}`;
  if (root === "data") {
    if (first !== "aws_iam_policy_document" || second === undefined || third === "id" || third === "version") return null;
    return `data.${first}.${second}`;
  }
  if (root === "aws_iam_policy") return second !== undefined && HARMLESS.has(second) ? null : `${root}.${first}`;
  if (root === "module" && second !== undefined) return `module.${first}.${second}`;
  const inline = INLINE[root];
  return inline !== undefined && second === inline ? `${root}.${first}` : null;
}
