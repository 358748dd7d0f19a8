import type { ListElement, NamedGrant, NarrowerGrant } from "../../model/policy.js";
import { lineBreak, lineStart, slice } from "../../model/text.js";
import type { YamlMap, YamlNode, YamlPair } from "../../syntax/yaml-nodes.js";
import { keyOf, pairAt, resolved, textOf } from "../../syntax/yaml-values.js";
import { POLICY_TEMPLATES, type PolicyTemplate, type TemplateStatement } from "./data/policy-templates.js";
import { reference } from "./intrinsics.js";
import type { Template } from "./template.js";

/**
 * A policy template of SAM: `S3CrudPolicy: {BucketName: !Ref Bucket}`. Null for any other map.
 * https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-policy-templates.html
 */
export function policyTemplate({ text, shared }: Template, map: YamlMap, element: ListElement | null): NamedGrant | null {
  const [pair, ...others] = map.pairs;
  const name = pair === undefined || others.length > 0 ? null : keyOf(pair);
  const template = name === null ? undefined : POLICY_TEMPLATES[name];
  if (pair === undefined || name === null || template === undefined) return null;
  return {
    name,
    span: pair.key.span,
    actions: actionsOf(template),
    locked: shared(map.span),
    element,
    narrowed: (kept) => {
      const narrower = narrowerTemplate(template, kept);
      const spelled = statements(text, map, pair, template, kept);
      if (narrower === null) return spelled;
      // No statement would grant less than a template that grants nothing else.
      return [inPlaceOf(text, pair, narrower), ...(actionsOf(POLICY_TEMPLATES[narrower] ?? template).length > kept.length ? spelled : [])];
    },
  };
}

function inPlaceOf(text: string, { key }: YamlPair, name: string): NarrowerGrant {
  const written = slice(text, key.span);
  return { shown: `"${name}"`, span: key.span, text: /^["']/u.test(written) ? `${written.charAt(0)}${name}${written.charAt(0)}` : name };
}

function actionsOf({ statements }: PolicyTemplate): readonly string[] {
  return [...new Set(statements.flatMap(({ actions }) => actions.split(" ")))];
}

/** The template that grants the least of those that grant all that is to stay, and nothing that this one does not. */
function narrowerTemplate(template: PolicyTemplate, kept: readonly string[]): string | null {
  const own = grantsOf(template);
  const narrower = Object.entries(POLICY_TEMPLATES).filter(([, other]) => {
    const grants = grantsOf(other);
    const granted = actionsOf(other);
    return (
      grants.size < own.size &&
      [...grants].every((grant) => own.has(grant)) &&
      [...own].every((grant) => grants.has(grant) || !kept.includes(actionIn(grant))) &&
      kept.every((action) => granted.includes(action)) &&
      other.parameters.length === template.parameters.length &&
      other.parameters.every((parameter) => template.parameters.includes(parameter))
    );
  });
  const [best] = narrower.sort(([, a], [, b]) => grantsOf(a).size - grantsOf(b).size);
  return best?.[0] ?? null;
}

/** Every action with what it is granted on. */
function grantsOf({ statements }: PolicyTemplate): ReadonlySet<string> {
  return new Set(
    statements.flatMap(({ actions, resources, condition }) =>
      actions.split(" ").flatMap((action) => resources.map((resource) => JSON.stringify([action, resource, condition ?? null]))),
    ),
  );
}

function actionIn(grant: string): string {
  return /^\["([^"]*)"/u.exec(grant)?.[1] ?? "";
}

/** The statements that are left of the template, written in the style of its place. None when a parameter cannot be carried over. */
function statements(text: string, map: YamlMap, { value }: YamlPair, template: PolicyTemplate, kept: readonly string[]): readonly NarrowerGrant[] {
  const parameters = resolved(value);
  const left = template.statements.flatMap((statement) => {
    // A pattern that is narrowed is kept as narrower patterns.
    const actions = statement.actions.split(" ").flatMap((action) => (kept.includes(action) ? [action] : kept.filter((each) => isWithin(each, action))));
    return actions.length === 0 ? [] : [{ ...statement, actions }];
  });
  const values = parameters?.type === "YamlMap" ? parameterValues(text, parameters, template) : template.parameters.length === 0 ? new Map<string, Value>() : null;
  if (values === null || left.length === 0) return [];
  const isBlock = map.style === "block";
  const column = map.span.start - lineStart(text, map.span.start);
  const written = isBlock
    ? blockStatements(left, values).join(lineBreak(text, map.span.start) + " ".repeat(column))
    : `{"Statement": [${left.map((statement) => flowStatement(statement, values)).join(", ")}]}`;
  return [{ shown: "a statement of its own", span: map.span, text: written }];
}

function isWithin(action: string, pattern: string): boolean {
  return pattern.endsWith("*") && action.startsWith(pattern.slice(0, -1));
}

/** What a parameter of the policy template is given: text that may stand in `Fn::Sub`, or a value that a variable of its own stands for. */
type Value = { readonly inline: string } | { readonly source: string };

function parameterValues(text: string, given: YamlMap, { parameters }: PolicyTemplate): ReadonlyMap<string, Value> | null {
  const values = new Map<string, Value>();
  for (const name of parameters) {
    const pair = pairAt(given, name);
    const value = pair === null ? null : parameterValue(text, pair.value);
    if (value === null) return null;
    values.set(name, value);
  }
  return values;
}

function parameterValue(text: string, node: YamlNode): Value | null {
  const written = textOf(node);
  if (written !== null) return written.includes("${") ? null : { inline: written };
  const id = reference(node);
  if (id !== null) return { inline: `\${${id}}` };
  const source = slice(text, node.span);
  return node.type === "YamlAlias" || source.includes("\n") ? null : { source };
}

interface Left extends Omit<TemplateStatement, "actions"> {
  readonly actions: readonly string[];
}

type Values = ReadonlyMap<string, Value>;

/** A resource: text, or a call of `Fn::Sub`, with the variables that it needs. */
interface Substituted {
  readonly text: string;
  readonly isPlain: boolean;
  readonly variables: readonly (readonly [name: string, source: string])[];
}

function substituted(resource: string, values: Values): Substituted {
  const variables: (readonly [string, string])[] = [];
  const text = resource.replace(/\$\{(\w+)\}/gu, (whole, name: string) => {
    const value = values.get(name);
    if (value === undefined) return whole;
    if ("inline" in value) return value.inline;
    variables.push([name, value.source]);
    return whole;
  });
  return { text, isPlain: !text.includes("${"), variables };
}

function blockStatements(left: readonly Left[], values: Values): readonly string[] {
  const lines = (text: string, indent: string): readonly string[] => {
    const { text: written, isPlain, variables } = substituted(text, values);
    if (isPlain) return [`${indent}- ${JSON.stringify(written)}`];
    if (variables.length === 0) return [`${indent}- !Sub ${JSON.stringify(written)}`];
    return [`${indent}- !Sub`, `${indent}  - ${JSON.stringify(written)}`, ...variables.map(([name, source], index) => `${indent}  ${index === 0 ? "- " : "  "}${name}: ${source}`)];
  };
  return [
    "Statement:",
    ...left.flatMap(({ actions, resources, condition }) => [
      "  - Effect: Allow",
      "    Action:",
      ...actions.map((action) => `      - ${action}`),
      "    Resource:",
      ...resources.flatMap((resource) => lines(resource, "      ")),
      ...(condition === undefined ? [] : ["    Condition:", "      StringEquals:", `        ${condition[0]}:`, ...lines(condition[1], "          ")]),
    ]),
  ];
}

function flowStatement({ actions, resources, condition }: Left, values: Values): string {
  const flow = (text: string): string => {
    const { text: written, isPlain, variables } = substituted(text, values);
    if (isPlain) return JSON.stringify(written);
    if (variables.length === 0) return `{"Fn::Sub": ${JSON.stringify(written)}}`;
    return `{"Fn::Sub": [${JSON.stringify(written)}, {${variables.map(([name, source]) => `"${name}": ${source}`).join(", ")}}]}`;
  };
  const list = (items: readonly string[]): string => `[${items.join(", ")}]`;
  const limited = condition === undefined ? "" : `, "Condition": {"StringEquals": {${JSON.stringify(condition[0])}: ${flow(condition[1])}}}`;
  return `{"Effect": "Allow", "Action": ${list(actions.map((action) => JSON.stringify(action)))}, "Resource": ${list(resources.map(flow))}${limited}}`;
}
