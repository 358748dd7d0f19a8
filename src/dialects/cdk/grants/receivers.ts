import type { EstreeFile } from "../../../syntax/estree.js";
import { memberName } from "../../../syntax/estree.js";
import type { Node } from "../../../syntax/estree-nodes.js";
import { writtenType } from "../../../syntax/estree-types.js";
import { localClass, propertiesOf, resolve } from "../../../syntax/estree-values.js";
import { cdkName, nameInCdk } from "../names.js";
import type { KeyState } from "./narrower.js";
import type { GrantClass } from "./table.js";
import { attributeType, grantClass } from "./table.js";

/** What a grant method is called on. */
export interface Receiver {
  readonly type: GrantClass;
  readonly key: KeyState;
}

/** The construct that an expression stands for; null when its class is not known, or has no grant methods. */
export function receiverOf(file: EstreeFile, expression: Node): Receiver | null {
  const node = resolve(file, expression);
  const name = className(file, node);
  const type = name === null ? null : grantClass(name);
  return type === null ? null : { type, key: keyState(file, node, type) };
}

/** `aws-s3.Bucket`: by its creation, its import from elsewhere, its type, or what it is an attribute of. */
function className(file: EstreeFile, node: Node): string | null {
  if (node.type === "NewExpression") return createdClass(file, node.callee);
  if (node.type === "CallExpression") return importedClass(file, node.callee);
  const type = writtenType(file, node);
  if (type?.kind === "imported") return nameInCdk(type.name);
  const attribute = memberName(node);
  if (node.type !== "MemberExpression" || attribute === null) return null;
  const owner = className(file, resolve(file, node.object));
  return owner === null ? null : attributeType(owner, attribute);
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
  const isImported = node.type === "CallExpression";
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
