import { basename } from "node:path";
import type { Holder, LocatedPolicies, ManagedPolicies, Opaque, PolicyDocument, Statement } from "../model/policy.js";
import { kindOfArn, type PrincipalReference } from "../model/principal.js";
import type { Span } from "../model/text.js";
import { parseYaml } from "../syntax/yaml.js";
import { readPolicyDocument } from "./cloudformation/policy-document.js";
import { sharedText } from "./cloudformation/shared-text.js";
import { holdsIam } from "./cloudformation/recognise.js";
import type { Dialect, ProjectFiles, Source } from "./dialect.js";
import { isPolicyFile, mentionsPolicy } from "./policy-file.js";
import { terraform } from "./terraform.js";
import { usesOfFile, type FileUse } from "./terraform/file-uses.js";
import { BY_QUOTA } from "./terraform/flow.js";
import { lockedStatement } from "./terraform/locked.js";
import { policyTemplate } from "./terraform/policy-template.js";
import { together } from "./terraform/principals.js";

/**
 * A policy on its own in a JSON file, or in a template of one. The file does not say whom it is attached to: Terraform sources
 * that read it do, or the user's settings.
 */
export const policyJson: Dialect<Source> = {
  name: "policy-json",
  needsTree: false,
  scope: "file",
  comparesLiterals: false,
  claims: isPolicyFile,
  mentions: ({ text }) => mentionsPolicy(text) && !holdsIam(text),
  read: (source) => source,
  bind,
};

/** Of a file that nobody is known to use, nothing is said: it may be anything. */
function bind(source: Source, files: ProjectFiles<Source>): LocatedPolicies {
  const { principals: arns } = source;
  const uses = usesOfFile(source.path, files.as(terraform));
  if (arns.length === 0 && uses.every(({ foreign }) => foreign)) return { documents: [], comments: [], opaque: [] };
  return policyFile(source, uses);
}

/** The policies of a file, for those that the settings bind it to and those that use it. Throws a `SyntaxProblem`. */
export function policyFile({ path, text, principals }: Source, uses: readonly FileUse[] = []): LocatedPolicies {
  const isTemplate = uses.some((use) => use.isTemplate);
  const { bodies, comments, locked } = isTemplate ? templateBodies(text) : jsonBodies(text);
  const both = isTemplate && /[$%]\{/u.test(text) && (principals.length > 0 || uses.some((use) => !use.isTemplate));
  const lock = uses.map((use) => use.locked).find((clause) => clause !== null) ?? (both ? "it is read as a template, and also as it stands" : locked);
  const attachment = together([{ principals: principals.map(boundTo), open: [] }, ...uses.map((use) => use.attachment)]);
  const managed = principals.length === 0 ? managedBy(uses) : null;
  const documents = bodies.map(
    (body): PolicyDocument => ({
      address: basename(path),
      holder: holderOf(uses.filter(({ foreign }) => !foreign)),
      span: body.span,
      statements: lock === null ? body.statements : body.statements.map((statement) => lockedStatement(statement, lock)),
      opaque: body.opaque,
      element: null,
      attachment,
      ...(managed === null ? {} : { managed }),
    }),
  );
  const [first] = uses;
  return { documents, comments, opaque: [], ...(first === undefined ? {} : { boundIn: first.directory, deployedFrom: [...new Set(uses.flatMap(({ roots }) => roots))] }) };
}

/** The managed policies of all that use it, if each knows its own. */
function managedBy(uses: readonly FileUse[]): ManagedPolicies | null {
  const managed = uses.flatMap((use) => use.managed ?? []);
  if (managed.length === 0 || managed.length < uses.length) return null;
  return {
    names: managed.flatMap(({ names }) => names),
    elsewhere: managed.flatMap(({ elsewhere }) => elsewhere),
    ...(managed.some(({ alsoInline }) => alsoInline) ? { alsoInline: true } : {}),
  };
}

interface Body {
  readonly span: Span;
  readonly statements: readonly Statement[];
  readonly opaque: readonly Opaque[];
}

interface Bodies {
  readonly bodies: readonly Body[];
  readonly comments: readonly Span[];
  /** Why nothing of it may be edited. */
  readonly locked: string | null;
}

function jsonBodies(text: string): Bodies {
  const file = parseYaml(text);
  const bodies = file.documents.flatMap(({ root }) => (root.type === "YamlMap" ? readPolicyDocument(root, text, sharedText(root)) : []));
  return { bodies, comments: file.comments.map((comment) => comment.span), locked: null };
}

function templateBodies(text: string): Bodies {
  const { namesPrincipals, hasDirectives, ...body } = policyTemplate(text);
  return { bodies: namesPrincipals ? [] : [body], comments: [], locked: hasDirectives ? "directives of the template (%{ … }) decide what is part of it" : null };
}

/** Of several holders the one with the smallest quota counts. */
function holderOf(uses: readonly FileUse[]): Holder {
  const holders = uses.map(({ holder }) => holder);
  return BY_QUOTA.find((holder) => holders.includes(holder)) ?? "unknown";
}

/** `arn:aws:iam::*:role/orders-*` names roles. */
function boundTo(arn: string): PrincipalReference {
  return { kind: kindOfArn(arn), address: arn, name: { kind: "arn", arn } };
}
