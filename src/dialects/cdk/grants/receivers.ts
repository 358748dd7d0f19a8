import type { EstreeFile } from "../../../syntax/estree.js";
import { memberName, unwrap } from "../../../syntax/estree.js";
import type { Node } from "../../../syntax/estree-nodes.js";
import { writtenType } from "../../../syntax/estree-types.js";
import { localClass, propertiesOf, resolve } from "../../../syntax/estree-values.js";
import { selvesAt } from "../across-files/instances.js";
import { follow, type Found } from "../across-files/values.js";
import { cdkName, nameInCdk } from "../names.js";
import type { KeyState } from "./narrower.js";
import type { GrantClass } from "./table.js";
import { attributeType, classBehind, grantClass, interfaceOf } from "./table.js";

/** What a grant method is called on. */
export interface Receiver {
  readonly type: GrantClass;
  readonly key: KeyState;
}

/** The construct that an expression stands for; null when its class is not known, or has no grant methods. */
export function receiverOf(file: EstreeFile, expression: Node): Receiver | null {
  const own = receiverAt(file, resolve(file, expression));
  if (own !== null && own.key !== "unknown") return own;
  const given = receiverGiven(file, expression);
  if (own === null || given === null) return own ?? given;
  return classBehind(own.type) === classBehind(given.type) ? { type: own.type, key: given.key } : own;
}

function receiverAt(file: EstreeFile, node: Node): Receiver | null {
  const name = className(file, node);
  const type = name === null ? null : grantClass(name);
  return type === null ? null : { type, key: keyState(file, node, type) };
}

/** What other code hands to this: all of the same class, of which no more than its interface is used. */
function receiverGiven(file: EstreeFile, expression: Node): Receiver | null {
  const { selves, unknown } = selvesAt(file, expression);
  const found = selves.flatMap((self) => follow({ file, node: expression, self })).filter(({ kind }) => kind !== "absent");
  const given = found.map((each) => receiverFound(each));
  const [first] = given;
  if (first === undefined || first === null || unknown.length > 0) return null;
  if (!given.every((each) => each !== null && classBehind(each.type) === classBehind(first.type))) return null;
  return { type: interfaceOf(first.type), key: given.every((each) => each?.key === first.key) ? first.key : "unknown" };
}

function receiverFound(found: Found): Receiver | null {
  if (found.kind === "value") return receiverAt(found.at.file, found.at.node);
  if (found.kind !== "member") return null;
  const owner = className(found.of.file, found.of.node);
  const type = grantClass((owner === null ? null : attributeType(owner, found.name)) ?? "");
  return type === null ? null : { type, key: type.keys.length === 0 ? "none" : "unknown" };
}

/** `aws-s3.Bucket`: by its creation, its import from elsewhere, its type, or what it is an attribute of. */
function className(file: EstreeFile, node: Node): string | null {
  if (node.type === "NewExpression") return createdClass(file, node.callee);
  if (node.type === "CallExpression") return importedClass(file, node.callee) ?? attributeOf(file, unwrap(node.callee), "()");
  const type = writtenType(file, node);
  if (type?.kind === "imported") return nameInCdk(type.name);
  return attributeOf(file, node, "");
}

/** `instance.secret`; with `()`, what a method gives: `fn.addAlias("live")`. */
function attributeOf(file: EstreeFile, node: Node, call: "" | "()"): string | null {
  const attribute = memberName(node);
  if (node.type !== "MemberExpression" || attribute === null) return null;
  const owner = className(file, resolve(file, node.object));
  return owner === null ? null : attributeType(owner, `${attribute}${call}`);
}

/** Of a class of this file, the one of the CDK that it extends. */
function createdClass(file: EstreeFile, callee: Node, depth = 0): string | null {
  const own = localClass(file, callee);
  if (own === null) return cdkName(file, callee);
  return own.superClass === null || depth > 20 ? null : createdClass(file, own.superClass, depth + 1);
}

/** `Bucket.fromBucketName(…)` gives an `IBucket`. */
function importedClass(file: EstreeFile, callee: Node): string | null {
  const [, module, name] = /^([\w-]+)\.(\w+)\.from\w+$/u.exec(cdkName(file, callee) ?? "") ?? [];
  if (module === undefined || name === undefined) return null;
  const asInterface = `${module}.I${name}`;
  return grantClass(asInterface) === null ? `${module}.${name}` : asInterface;
}

/** Ways to say that AWS has the key, so that nobody is granted anything on it. */
const WITHOUT_KEY = /(?:S3_MANAGED|UNENCRYPTED|SQS_MANAGED)$/u;
const WITH_KEY = /(?:Encryption\.KMS|CUSTOMER_MANAGED)$/u;

function keyState(file: EstreeFile, node: Node, { keys }: GrantClass): KeyState {
  if (keys.length === 0) return "none";
  const isOwn = node.type === "NewExpression" && localClass(file, node.callee) === null;
  const isImported = node.type === "CallExpression" && importedClass(file, node.callee) !== null;
  if (!isOwn && !isImported) return "unknown";
  const properties = node.arguments[2];
  // `fromBucketName(this, "B", name)`: nobody says which key it has.
  if (isImported && cdkName(file, node.callee)?.endsWith("Attributes") !== true) return "none";
  const { values, complete } = propertiesOf(file, properties);
  // Imports name it in their own way: `fromQueueAttributes(this, "Q", { queueArn, keyArn })`.
  const given = [...values].flatMap(([name, { node: value }]) => (keys.includes(name) || (isImported && /key/iu.test(name)) ? [{ name, value }] : []));
  if (!complete) return "unknown";
  const states = given.map(({ name, value }) => stateOf(file, name, value));
  return states.includes("given") ? "given" : states.includes("unknown") ? "unknown" : "none";
}

/** `encryption: BucketEncryption.KMS`, `encryptionKey: key`. */
function stateOf(file: EstreeFile, name: string, value: Node): KeyState {
  const enumeration = cdkName(file, value) ?? "";
  if (WITHOUT_KEY.test(enumeration)) return "none";
  if (WITH_KEY.test(enumeration)) return "given";
  const node = resolve(file, value);
  return name.endsWith("Key") && (node.type === "NewExpression" || node.type === "CallExpression") ? "given" : "unknown";
}
