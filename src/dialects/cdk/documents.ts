import type { LocatedPolicies, Opaque } from "../../model/policy.js";
import type { EstreeFile } from "../../syntax/estree.js";
import type { CallExpression, NewExpression } from "../../syntax/estree-nodes.js";
import { spanOf } from "../../syntax/estree-nodes.js";
import { resolve } from "../../syntax/estree-values.js";
import { tracedAt } from "./actions.js";
import type { Destination } from "./destinations.js";
import { documentCreation, documentTarget, policyClass, policyTarget } from "./destinations.js";
import type { Draft, Piece } from "./drafts.js";
import { finished, newDraft } from "./drafts.js";
import { grantPiece } from "./grant-calls.js";
import { grantCall } from "./grants.js";
import type { JsonDocument } from "./json-documents.js";
import { readJsonDocument } from "./json-documents.js";
import { managedAttachments } from "./managed-attachments.js";
import type { Creation } from "./names.js";
import { overrides } from "./overrides.js";
import { open, together } from "./owners.js";
import { plainPolicies } from "./plain-policies.js";
import { allPrincipals } from "./principals.js";
import type { SharedLists } from "./shared-lists.js";
import { listDrafts, note } from "./shared-lists.js";
import { statementPiece, strangeStatement } from "./statement-pieces.js";
import { statementCreation, readStatement } from "./statement.js";

/** What is found in a file, before it is put together. */
interface Found {
  readonly file: EstreeFile;
  readonly drafts: Map<string, Draft>;
  readonly lists: SharedLists;
  readonly opaque: Opaque[];
}

/** All identity policies of the file. `bound`: the ARNs that the user gave for it. */
export function locate(file: EstreeFile, bound: readonly string[]): LocatedPolicies {
  const found: Found = { file, drafts: new Map(), lists: new Map(), opaque: [] };
  for (const node of file.calls) readNode(found, node);
  const drafts = [...found.drafts.values(), ...listDrafts(file, found.lists)].filter(
    ({ statements, named, opaque }) => statements.length + named.length + opaque.length > 0,
  );
  if (drafts.length + found.opaque.length === 0) return { documents: [], comments: file.comments, opaque: [] };
  const overriding = overrides(file);
  const wide = { principals: allPrincipals(file), bound, owners: together(overriding.map(({ clause }) => open(clause))) };
  const documents = drafts.map((draft) => finished(draft, wide));
  const opaque = [...found.opaque, ...overriding.map((override) => override.opaque)];
  documents.sort((one, other) => one.span.start - other.span.start);
  opaque.sort((one, other) => one.span.start - other.span.start);
  return { documents, comments: file.comments, opaque };
}

function readNode(found: Found, node: NewExpression | CallExpression): void {
  const { file, opaque } = found;
  for (const { destination, grant } of managedAttachments(file, node)) draftOf(found.drafts, destination, grant.span.start).named.push(grant);
  const statement = statementCreation(file, node);
  if (statement !== null) {
    const created = readStatement(file, statement);
    const piece = statementPiece(file, created);
    if (piece === null || "why" in piece) note(file, found.lists, created.shared, null);
    if (piece !== null) add(found, piece);
    return;
  }
  const document = documentCreation(file, node);
  if (document !== null) readDocument(found, document);
  else if (node.type === "NewExpression") readConstruct(found, node);
  else {
    opaque.push(...strangeStatement(file, node));
    const granted = grantPiece(file, node);
    if (granted !== null) add(found, granted);
    const named = grantCall(file, node);
    if (named === null) return;
    if ("why" in named) opaque.push(named);
    else draftOf(found.drafts, named.destination, node.range[0]).named.push(named.grant);
  }
}

function add({ file, drafts, lists, opaque }: Found, piece: Piece | Opaque): void {
  if ("why" in piece) {
    opaque.push(piece);
    return;
  }
  const { destination, statement, shared, handedAt, conditional, leaves } = piece;
  const draft = draftOf(drafts, destination, statement.span.start);
  draft.statements.push(statement);
  if (conditional) draft.conditional.add(statement);
  if (leaves) draft.fast.add(statement);
  note(file, lists, shared, { destination, effect: statement.effect, handedAt });
}

/** A destination without a key is a document of its own. */
function draftOf(drafts: Map<string, Draft>, destination: Destination, start: number): Draft {
  const key = destination.key ?? `own:${String(start)}`;
  const draft = drafts.get(key) ?? newDraft(destination);
  drafts.set(key, draft);
  return draft;
}

function readDocument(found: Found, creation: Creation): void {
  const { file, opaque } = found;
  const target = documentTarget(file, creation);
  if (target.kind === "unknown") opaque.push({ span: spanOf(creation), why: target.why });
  const [json] = creation.arguments;
  const isJson = creation.type === "CallExpression" && json !== undefined;
  const document = isJson ? readJsonDocument(file, json, [tracedAt(creation)]) : { statements: [], shared: [], opaque: [] };
  if (document === null) return;
  if (target.kind !== "identity") note(file, found.lists, document.shared, null);
  else addDocument(found, target, document, creation.range[0], [tracedAt(creation)]);
}

function addDocument(found: Found, destination: Destination, document: JsonDocument, start: number, handedAt: readonly number[]): void {
  const draft = draftOf(found.drafts, destination, start);
  draft.statements.push(...document.statements);
  draft.opaque.push(...document.opaque);
  const effect = document.statements.every((statement) => statement.effect === "Allow") ? "Allow" : "unknown";
  note(found.file, found.lists, document.shared, { destination, effect, handedAt });
}

function readConstruct(found: Found, creation: NewExpression): void {
  const { file, opaque } = found;
  const type = policyClass(file, creation);
  const target = type === null ? null : policyTarget(file, creation, type);
  if (target?.kind === "identity" && target.opaque.length > 0) draftOf(found.drafts, target, creation.range[0]);
  if (target !== null) return;
  const plain = plainPolicies(file, creation);
  opaque.push(...plain.opaque);
  for (const { json, key, destination } of plain.policies) {
    if (documentCreation(file, resolve(file, json)) !== null) continue;
    const handedAt = [tracedAt(creation)];
    const document = readJsonDocument(file, json, handedAt, key);
    if (document === null) opaque.push({ span: spanOf(json), why: "the policy: it names principals" });
    else addDocument(found, { ...destination, span: spanOf(json) }, document, json.range[0], handedAt);
  }
}
