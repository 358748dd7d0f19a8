import { runInNewContext } from "node:vm";
import { parse as parseHcl } from "@cdktf/hcl2json";
import { readWithJsYaml } from "../js-yaml.js";
import type { Case, EntryCase, PrincipalCase, StatementCase, StyleCase } from "./cases.js";
import { items, member, NO_COMMENT, print, printYaml, type Item, type ListLayout, type Member, type Node, type Syntax } from "./print.js";
import type { PolicyStatement } from "./semantics.js";

/** What an independent reader finds in a text. */
export interface Reading {
  readonly statements: readonly PolicyStatement[];
  /** All that is not a statement. */
  readonly rest: string;
}

export interface Rendering {
  readonly name: string;
  readonly file: string;
  readonly language: "hcl" | "hcl-json" | "cloudformation" | "typescript";
  /** The case without what this way of writing cannot say. */
  readonly adapt: (example: Case) => Case;
  /** With marks. */
  readonly render: (example: Case) => string;
  readonly read: (text: string) => Promise<Reading>;
  /** Something outside of the source could attach the policy. */
  readonly isOpen: (example: Case) => boolean;
}

interface Spelling {
  readonly keys: Readonly<Record<"sid" | "effect" | "action" | "notAction" | "resource" | "condition", string>>;
  readonly quote: (entry: EntryCase) => string;
  readonly effect: (statement: StatementCase) => Node | null;
  readonly text: (value: string) => Node;
  readonly condition: Node;
}

function plain(text: string): Node {
  return { kind: "text", value: text, quote: '"' };
}

const JSON_KEYS = { sid: "Sid", effect: "Effect", action: "Action", notAction: "NotAction", resource: "Resource", condition: "Condition" };

const CONDITION: Node = {
  kind: "map",
  inline: true,
  members: [member("Bool", { kind: "map", inline: true, members: [member("aws:SecureTransport", plain("true"))] })],
};

const JSON_SPELLING: Spelling = {
  keys: JSON_KEYS,
  quote: () => '"',
  effect: ({ effect }) => plain(effect),
  text: plain,
  condition: CONDITION,
};

function actionsOf(statement: StatementCase, index: number, quote: Spelling["quote"], layout: ListLayout): Node {
  const nodes = statement.entries.map(
    (entry, at): Item => ({
      node: { kind: "text", value: entry.value, quote: quote(entry), mark: `entry:${String(index)}:${String(at)}` },
      comment: entry.comment,
    }),
  );
  const [first] = nodes;
  if (statement.single && nodes.length === 1 && first !== undefined) return first.node;
  return { kind: "list", items: nodes, layout: statement.compact ? "inline" : layout, trailing: statement.trailing };
}

/** The resource makes each statement one of its own. */
function membersOf(statement: StatementCase, index: number, { keys, quote, effect, text, condition }: Spelling): Member[] {
  const key = statement.element === "Action" ? keys.action : keys.notAction;
  const written = effect(statement);
  const actions = member(key, actionsOf(statement, index, quote, statement.layout));
  const others = [
    ...(statement.sid === null ? [] : [member(keys.sid, text(statement.sid + String(index)))]),
    ...(written === null ? [] : [member(keys.effect, written)]),
  ];
  const resource: Node = {
    kind: "list",
    items: items([text(`arn:aws:s3:::bucket-${String(index)}/*`)]),
    layout: "inline",
    trailing: false,
  };
  return [
    ...(statement.actionFirst ? [actions, ...others] : [...others, actions]),
    { ...member(keys.resource, resource), comment: statement.resourceComment },
    ...(statement.condition ? [member(keys.condition, condition)] : []),
  ];
}

function statementNode(statement: StatementCase, index: number, spelling: Spelling): Node {
  return {
    kind: "map",
    inline: statement.compact,
    members: membersOf(statement, index, spelling),
    mark: `statement:${String(index)}`,
  };
}

function policyNode({ statements, style }: Case, spelling: Spelling, inline = false): Node {
  return {
    kind: "map",
    inline,
    members: [
      member("Version", plain("2012-10-17")),
      member("Statement", {
        kind: "list",
        items: statements.map((statement, index) => ({ node: statementNode(statement, index, spelling), comment: statement.comment })),
        layout: style.hugged || inline ? "inline" : "lines",
        trailing: true,
      }),
    ],
  };
}

function jsonSyntax({ unit, padded, separator }: StyleCase): Syntax {
  return {
    assign: separator === "," ? ":" : ": ",
    memberComma: true,
    lineComment: null,
    blockComments: false,
    trailingCommas: false,
    unit,
    padded,
    separator,
    key: (name) => JSON.stringify(name),
  };
}

function hclSyntax({ unit, padded, separator, lineComment, quotedKeys }: StyleCase): Syntax {
  return {
    assign: quotedKeys && separator === "," ? " : " : " = ",
    memberComma: quotedKeys,
    lineComment,
    blockComments: true,
    trailingCommas: true,
    unit,
    padded,
    separator,
    key: (name) => (quotedKeys || name.includes(":") ? JSON.stringify(name) : name),
  };
}

/* Terraform */

function hclRole({ kind, name }: PrincipalCase, index: number): string {
  const trust = kind === "user" ? "" : `\n  assume_role_policy = data.aws_iam_policy_document.trust.json`;
  return `resource "aws_iam_${kind}" "p${String(index)}" {\n  name = "${name}"${trust}\n}\n`;
}

/** Where the policy goes: `value` is what stands after `policy =`. */
function hclUses({ principals, style: { form } }: Case, value: string, repeatable: boolean): string {
  const inline = (principals.length === 1 || repeatable) && form % 3 === 0;
  if (inline) {
    return principals
      .map(
        ({ kind }, index) =>
          `resource "aws_iam_${kind}_policy" "grant${String(index)}" {\n  ${kind} = aws_iam_${kind}.p${String(index)}.name\n  policy = ${value}\n}\n`,
      )
      .join("\n");
  }
  const attachments = principals.map(
    ({ kind }, index) =>
      `resource "aws_iam_${kind}_policy_attachment" "a${String(index)}" {\n  ${kind} = aws_iam_${kind}.p${String(index)}.name\n  policy_arn = aws_iam_policy.grant.arn\n}\n`,
  );
  const output = isExported(form) ? `\noutput "grant" {\n  value = aws_iam_policy.grant.arn\n}\n` : "";
  return `resource "aws_iam_policy" "grant" {\n  name = "grant"\n  policy = ${value}\n}\n\n${attachments.join("\n")}${output}`;
}

function isExported(form: number): boolean {
  return form === 11;
}

function hclFile(example: Case, value: string, repeatable: boolean, more = ""): string {
  return `${more}${example.principals.map(hclRole).join("\n")}\n${hclUses(example, value, repeatable)}`;
}

const HCL_SPELLING: Spelling = JSON_SPELLING;

const terraformDocument: Rendering = {
  name: "Terraform data document",
  file: "main.tf",
  language: "hcl",
  adapt: (example) => ({ ...example, statements: example.statements.map((each) => ({ ...each, single: false, compact: false })) }),
  render(example) {
    const syntax = { ...hclSyntax(example.style), key: (name: string) => name, assign: " = ", memberComma: false };
    const { unit } = syntax;
    const blocks = example.statements.map((statement, index) => {
      const spelling: Spelling = {
        ...HCL_SPELLING,
        keys: { sid: "sid", effect: "effect", action: "actions", notAction: "not_actions", resource: "resources", condition: "" },
        effect: ({ effect, sid }) => (effect === "Allow" && sid === null ? null : plain(effect)),
      };
      const condition = `${unit}${unit}condition {\n${unit}${unit}${unit}test = "Bool"\n${unit}${unit}${unit}variable = "aws:SecureTransport"\n${unit}${unit}${unit}values = ["true"]\n${unit}${unit}}\n`;
      const body = print({ kind: "map", inline: false, members: membersOf({ ...statement, condition: false }, index, spelling) }, unit, syntax);
      const inner = `${body.slice(0, -1 - unit.length)}${statement.condition ? condition : ""}${unit}}`;
      const block: Node = { kind: "call", head: "", argument: { kind: "raw", text: inner }, mark: `statement:${String(index)}` };
      const written = print(block, unit, syntax).replace("(", "statement ").replace(/\)(?=[^)]*$)/u, "");
      // As an element of a list, for its comments.
      return print({ kind: "list", items: [{ node: { kind: "raw", text: written }, comment: statement.comment }], layout: "lines", trailing: false }, "", syntax).slice(2, -2);
    });
    const document = `data "aws_iam_policy_document" "grant" {\n${blocks.join(example.style.hugged ? "\n" : "\n\n")}\n}\n\n`;
    return hclFile(example, "data.aws_iam_policy_document.grant.json", true, document);
  },
  async read(text) {
    const file = await parseHcl("main.tf", text);
    const document = list(at(file, "data", "aws_iam_policy_document", "grant"))[0];
    const statements = list(at(document, "statement"));
    return { statements: statements.map(readStatement), rest: without(file, statements) };
  },
  isOpen: ({ style, principals }) => isExported(style.form) && principals.length > 0,
};

const terraformJsonencode: Rendering = {
  name: "Terraform jsonencode",
  file: "main.tf",
  language: "hcl",
  adapt: (example) => example,
  render: (example) => hclFile(example, `jsonencode(${print(policyNode(example, HCL_SPELLING), "  ", hclSyntax(example.style))})`, false),
  async read(text) {
    // hcl2json evaluates objects but leaves calls as text.
    const start = text.indexOf("jsonencode(");
    const end = matching(text, start + "jsonencode".length);
    const bare = `${text.slice(0, start)}${text.slice(start + "jsonencode(".length, end)}${text.slice(end + 1)}`;
    const file = await parseHcl("main.tf", bare);
    const statements = list(at(hclPolicy(file), "Statement"));
    return { statements: statements.map(readStatement), rest: without(file, statements) };
  },
  isOpen: ({ style }) => isExported(style.form),
};

const terraformHeredoc: Rendering = {
  name: "Terraform heredoc",
  file: "main.tf",
  language: "hcl",
  adapt: withoutComments,
  render(example) {
    const indented = example.style.hugged;
    const json = print(policyNode(example, JSON_SPELLING), indented ? "    " : "", jsonSyntax(example.style));
    return hclFile(example, indented ? `<<-POLICY\n    ${json}\n  POLICY` : `<<EOT\n${json}\nEOT`, false);
  },
  async read(text) {
    const file = await parseHcl("main.tf", text);
    const policy: unknown = JSON.parse(String(hclPolicy(file)));
    const statements = list(at(policy, "Statement"));
    const rest = JSON.stringify(file, (_key, value: unknown) => (typeof value === "string" && value.includes("Statement") ? "policy" : value));
    return { statements: statements.map(readStatement), rest: rest + without(policy, statements) };
  },
  isOpen: ({ style }) => isExported(style.form),
};

function hclPolicy(file: unknown): unknown {
  for (const type of ["aws_iam_policy", "aws_iam_role_policy", "aws_iam_user_policy"]) {
    for (const name of ["grant", "grant0"]) {
      const written = at(file, "resource", type, name);
      const found = Array.isArray(written) ? list(written)[0] : written;
      if (found !== undefined) return at(found, "policy");
    }
  }
  return undefined;
}

/** The same as `hclFile` in JSON syntax; minified ones are all on one line. */
function hclJsonFile({ principals, style }: Case, value: Node, repeatable: boolean, more: readonly Member[], minified: boolean): string {
  const map = (members: readonly Member[]): Node => ({ kind: "map", inline: minified, members });
  const reference = (text: string): Node => plain(`\${${text}}`);
  const grouped = (members: readonly (readonly [type: string, name: string, body: Node])[]): Member[] =>
    [...new Set(members.map(([type]) => type))].map((type) =>
      member(type, map(members.flatMap(([other, name, body]) => (other === type ? [member(name, body)] : [])))),
    );
  const roles = principals.map(({ kind, name }, index) => [`aws_iam_${kind}`, `p${String(index)}`, map([member("name", plain(name))])] as const);
  const inline = (principals.length === 1 || repeatable) && style.form % 3 === 0;
  const uses = inline
    ? principals.map(({ kind }, index) => {
        const body = map([member(kind, reference(`aws_iam_${kind}.p${String(index)}.name`)), member("policy", value)]);
        return [`aws_iam_${kind}_policy`, `grant${String(index)}`, body] as const;
      })
    : [
        ["aws_iam_policy", "grant", map([member("name", plain("grant")), member("policy", value)])] as const,
        ...principals.map(({ kind }, index) => {
          const body = map([member(kind, reference(`aws_iam_${kind}.p${String(index)}.name`)), member("policy_arn", reference("aws_iam_policy.grant.arn"))]);
          return [`aws_iam_${kind}_policy_attachment`, `a${String(index)}`, body] as const;
        }),
      ];
  const output =
    !inline && isExported(style.form) ? [member("output", map([member("grant", map([member("value", reference("aws_iam_policy.grant.arn"))]))]))] : [];
  const root = map([...more, member("resource", map(grouped([...roles, ...uses]))), ...output]);
  return `${print(root, "", jsonSyntax(style))}\n`;
}

const terraformJson: Rendering = {
  name: "Terraform JSON, data document",
  file: "main.tf.json",
  language: "hcl-json",
  adapt: (example) => {
    const adapted = withoutComments(example);
    return { ...adapted, statements: adapted.statements.map((each) => ({ ...each, single: false })) };
  },
  render(example) {
    const minified = example.style.form % 4 === 0;
    const spelling: Spelling = {
      ...JSON_SPELLING,
      keys: { sid: "sid", effect: "effect", action: "actions", notAction: "not_actions", resource: "resources", condition: "condition" },
      effect: ({ effect, sid }) => (effect === "Allow" && sid === null ? null : plain(effect)),
      condition: { kind: "map", inline: true, members: [member("test", plain("Bool")), member("variable", plain("aws:SecureTransport")), member("values", { kind: "list", items: items([plain("true")]), layout: "inline", trailing: false })] },
    };
    const statements: Node = {
      kind: "list",
      items: example.statements.map((statement, index) => ({
        node: statementNode(minified ? { ...statement, compact: true } : statement, index, spelling),
        comment: NO_COMMENT,
      })),
      layout: minified || example.style.hugged ? "inline" : "lines",
      trailing: false,
    };
    const map = (members: readonly Member[]): Node => ({ kind: "map", inline: minified, members });
    const document = member("data", map([member("aws_iam_policy_document", map([member("grant", map([member("statement", statements)]))]))]));
    return hclJsonFile(example, plain("${data.aws_iam_policy_document.grant.json}"), true, [document], minified);
  },
  read(text) {
    const file: unknown = JSON.parse(text);
    const statements = list(at(file, "data", "aws_iam_policy_document", "grant", "statement"));
    return Promise.resolve({ statements: statements.map(readStatement), rest: without(file, statements) });
  },
  isOpen: ({ style, principals }) => isExported(style.form) && principals.length > 0,
};

const terraformJsonText: Rendering = {
  name: "Terraform JSON, policy in a string",
  file: "main.tf.json",
  language: "hcl-json",
  adapt: withoutComments,
  render(example) {
    const { style } = example;
    const policy = print(policyNode(example, JSON_SPELLING, style.form % 2 === 0), "", jsonSyntax(style));
    return hclJsonFile(example, { kind: "raw", text: JSON.stringify(policy) }, false, [], style.form % 4 === 0);
  },
  read(text) {
    const file: unknown = JSON.parse(text);
    const policy: unknown = JSON.parse(String(hclPolicy(file)));
    const statements = list(at(policy, "Statement"));
    const rest = JSON.stringify(file, (_key, value: unknown) => (typeof value === "string" && value.includes("Statement") ? "policy" : value));
    return Promise.resolve({ statements: statements.map(readStatement), rest: rest + without(policy, statements) });
  },
  isOpen: ({ style }) => isExported(style.form),
};

/** Comments and strings of the cases hold no parentheses. */
function matching(text: string, open: number): number {
  let depth = 0;
  for (let index = open; index < text.length; index += 1) {
    if (text[index] === "(") depth += 1;
    if (text[index] === ")") depth -= 1;
    if (depth === 0) return index;
  }
  return text.length;
}

/* CloudFormation */

function templateNode(example: Case, policy: Node, ref: (name: string) => Node): Node {
  const { principals, style } = example;
  const map = (members: readonly Member[]): Node => ({ kind: "map", inline: false, members });
  const refs = (kind: PrincipalCase["kind"]): Member[] => {
    const own = principals.flatMap((principal, index) => (principal.kind === kind ? [ref(`P${String(index)}`)] : []));
    const key = kind === "role" ? "Roles" : "Users";
    return own.length === 0 ? [] : [member(key, { kind: "list", items: items(own), layout: "inline", trailing: false })];
  };
  const inline = principals.length === 1 && style.form % 3 === 0;
  const resources = principals.map(({ kind, name }, index) =>
    member(
      `P${String(index)}`,
      map([
        member("Type", plain(kind === "role" ? "AWS::IAM::Role" : "AWS::IAM::User")),
        member(
          "Properties",
          map([
            member(kind === "role" ? "RoleName" : "UserName", plain(name)),
            ...(inline
              ? [
                  member("Policies", {
                    kind: "list",
                    layout: "block",
                    trailing: false,
                    items: items([map([member("PolicyName", plain("grant")), member("PolicyDocument", policy)])]),
                  }),
                ]
              : []),
          ]),
        ),
      ]),
    ),
  );
  const [first] = principals;
  const attached = first !== undefined && principals.length === 1 && style.form % 6 === 5 ? first : null;
  if (attached !== null) {
    const [type, key] = attached.kind === "role" ? ["AWS::IAM::RolePolicy", "RoleName"] : ["AWS::IAM::UserPolicy", "UserName"];
    const own = [member("PolicyName", plain("grant")), member("PolicyDocument", policy), member(key, ref("P0"))];
    const resource = map([member("Type", plain(type)), member("Properties", map(own))]);
    return map([member("Resources", map([...resources, member("Grant", resource)]))]);
  }
  const managed = style.form % 3 === 1;
  const grant = member(
    "Grant",
    map([
      member("Type", plain(managed ? "AWS::IAM::ManagedPolicy" : "AWS::IAM::Policy")),
      member(
        "Properties",
        map([...(managed ? [] : [member("PolicyName", plain("grant"))]), member("PolicyDocument", policy), ...refs("role"), ...refs("user")]),
      ),
    ]),
  );
  return map([member("AWSTemplateFormatVersion", plain("2010-09-09")), member("Resources", map(inline ? resources : [...resources, grant]))]);
}

/** YAML's plain scalars may not begin with a star. */
function yamlQuote({ quote, value }: EntryCase): string {
  if (quote !== "plain") return quote;
  return value.startsWith("*") ? "'" : "";
}

function yamlSyntax(style: StyleCase): Syntax {
  return {
    ...jsonSyntax(style),
    assign: ": ",
    lineComment: "#",
    trailingCommas: true,
    unit: style.unit === "    " ? "    " : "  ",
    key: (name) => (style.quotedKeys || name.includes(":") ? JSON.stringify(name) : name),
  };
}

const YAML_SPELLING: Spelling = { ...JSON_SPELLING, quote: yamlQuote, effect: ({ effect }) => ({ kind: "text", value: effect, quote: "" }) };

/** In flow style, dashes cannot be. */
function flowing(node: Node): Node {
  if (node.kind === "list") {
    return { ...node, layout: node.layout === "block" ? "lines" : node.layout, items: node.items.map((item) => ({ ...item, node: flowing(item.node) })) };
  }
  return node.kind === "map" ? { ...node, members: node.members.map((each) => ({ ...each, node: flowing(each.node) })) } : node;
}

function template(name: string, file: string, render: Rendering["render"], adapt: Rendering["adapt"]): Rendering {
  return {
    name,
    file,
    language: "cloudformation",
    adapt,
    render,
    read: (text) => {
      const parsed: unknown = file.endsWith("json") ? JSON.parse(text) : readWithJsYaml(text)[0];
      const policy =
        at(parsed, "Resources", "Grant", "Properties", "PolicyDocument") ??
        at(list(at(parsed, "Resources", "P0", "Properties", "Policies"))[0], "PolicyDocument") ??
        list(at(parsed, "Resources", "Replay", "Properties", "Policies"))[0];
      const statements = list(at(policy, "Statement") ?? at(parsed, "functions", "handler", "iamRoleStatements"));
      return Promise.resolve({ statements: statements.map(readStatement), rest: without(parsed, statements) });
    },
    isOpen: () => false,
  };
}

const yamlBlock = template(
  "CloudFormation YAML, blocks",
  "template.yaml",
  (example) => {
    const { style } = example;
    const policy = policyNode(example, YAML_SPELLING);
    const block = policy.kind === "map" ? { ...policy, members: policy.members.map((each) => ({ ...each, node: dashed(each.node) })) } : policy;
    const ref = (name: string): Node => ({ kind: "raw", text: `!Ref ${name}` });
    return printYaml(templateNode(example, block, ref), { flow: yamlSyntax(style), dashes: style.dashes });
  },
  (example) => example,
);

function dashed(node: Node): Node {
  return node.kind === "list" ? { ...node, layout: "block" } : node;
}

const yamlFlow = template(
  "CloudFormation YAML, flow",
  "template.yaml",
  (example) => {
    const { style } = example;
    const policy = flowing(policyNode(example, YAML_SPELLING));
    const syntax = yamlSyntax(style);
    const ref = (name: string): Node => ({ kind: "raw", text: `!Ref ${name}` });
    const indent = " ".repeat(style.form % 3 === 0 && example.principals.length === 1 ? syntax.unit.length * 5 + 2 : syntax.unit.length * 4);
    return printYaml(templateNode(example, { kind: "raw", text: print(policy, indent, syntax) }, ref), { flow: syntax, dashes: style.dashes });
  },
  (example) => example,
);

/** A role that is made for a function, whose name the case's principal takes. */
function ofFunction(name: string): Rendering["adapt"] {
  return (example) => ({ ...example, principals: example.principals.slice(0, 1).map((principal) => ({ ...principal, kind: "role", name })) });
}

const samFunction = template(
  "SAM function",
  "template.yaml",
  (example) => {
    const { style } = example;
    const map = (members: readonly Member[]): Node => ({ kind: "map", inline: false, members });
    const policy = policyNode(example, YAML_SPELLING);
    const block = policy.kind === "map" ? { ...policy, members: policy.members.map((each) => ({ ...each, node: dashed(each.node) })) } : policy;
    const policies: Node = { kind: "list", layout: "block", trailing: false, items: items([block, { kind: "raw", text: "AWSLambdaBasicExecutionRole" }]) };
    const handler = map([member("Type", plain("AWS::Serverless::Function")), member("Properties", map([member("Policies", policies)]))]);
    return printYaml(map([member("Resources", map([member("Replay", handler)]))]), { flow: yamlSyntax(style), dashes: style.dashes });
  },
  ofFunction("orders-ReplayRole-AbCdEfGhIjKl"),
);

const serverlessFunction = template(
  "Serverless function",
  "serverless.yml",
  ({ statements, style }) => {
    const map = (members: readonly Member[]): Node => ({ kind: "map", inline: false, members });
    const list: Node = {
      kind: "list",
      layout: "block",
      trailing: false,
      items: statements.map((statement, index) => ({ node: statementNode(statement, index, YAML_SPELLING), comment: statement.comment })),
    };
    const handler = map([member("iamRoleStatementsName", plain("orders")), member("iamRoleStatements", list)]);
    const root = map([
      member("service", plain("orders")),
      member("provider", map([member("name", plain("aws"))])),
      member("functions", map([member("handler", handler)])),
    ]);
    return printYaml(root, { flow: yamlSyntax(style), dashes: style.dashes });
  },
  ofFunction("orders"),
);

const templateJson = template(
  "CloudFormation JSON",
  "template.json",
  (example) => {
    const ref = (name: string): Node => ({ kind: "map", inline: true, members: [member("Ref", plain(name))] });
    return print(templateNode(example, policyNode(example, JSON_SPELLING), ref), "", jsonSyntax(example.style)) + "\n";
  },
  withoutComments,
);

/* CDK */

const CDK_SPELLING: Spelling = {
  keys: { sid: "sid", effect: "effect", action: "actions", notAction: "notActions", resource: "resources", condition: "conditions" },
  quote: ({ quote }) => (quote === "plain" ? "`" : quote),
  effect: ({ effect, sid }) => (effect === "Allow" && sid === null ? null : { kind: "raw", text: `iam.Effect.${effect.toUpperCase()}` }),
  text: plain,
  condition: CONDITION,
};

type CdkForm = "added" | "managed" | "inline" | "role" | "document" | "later";

function cdkForm({ principals, style }: Case): CdkForm {
  const [first] = principals;
  const forms: CdkForm[] = ["managed", "inline", "document", "later"];
  if (principals.length === 1) forms.push("added");
  if (principals.length === 1 && first?.kind === "role") forms.push("role");
  return forms[style.form % forms.length] ?? "managed";
}

const cdk: Rendering = {
  name: "CDK",
  file: "stack.ts",
  language: "typescript",
  adapt: (example) => ({ ...example, statements: example.statements.map((each) => ({ ...each, single: false })) }),
  render(example) {
    const { principals, statements, style } = example;
    const syntax: Syntax = {
      assign: ": ",
      memberComma: true,
      lineComment: "//",
      blockComments: true,
      trailingCommas: true,
      unit: style.unit,
      padded: style.padded,
      separator: style.separator,
      key: (name) => (style.quotedKeys || name.includes(":") ? JSON.stringify(name) : name),
    };
    const form = cdkForm(example);
    const created = statements.map((statement, index): Item => {
      const argument = withoutMark(statementNode(statement, index, CDK_SPELLING));
      return {
        node: { kind: "call", head: "new iam.PolicyStatement", argument, mark: `statement:${String(index)}` },
        comment: statement.comment,
      };
    });
    const statementList: Node = { kind: "list", items: created, layout: style.hugged ? "inline" : "lines", trailing: true };
    const raw = (text: string): Node => ({ kind: "raw", text });
    const constants = (kind: PrincipalCase["kind"]): Node => raw(`[${principals.flatMap((each, index) => (each.kind === kind ? [`p${String(index)}`] : [])).join(", ")}]`);
    const attached = [member("roles", constants("role")), member("users", constants("user"))];
    const indent = "    ";
    const construct = (type: string, members: readonly Member[]): string =>
      `new iam.${type}(this, "Grant", ${print({ kind: "map", inline: false, members }, indent, syntax)});`;
    const document = `new iam.PolicyDocument(${print({ kind: "map", inline: false, members: [member("statements", statementList)] }, indent, syntax)})`;
    const declared = principals.map(({ kind, name }, index) => {
      const policies = form === "role" ? `, inlinePolicies: { grant: ${document} }` : "";
      return kind === "role"
        ? `${indent}const p${String(index)} = new iam.Role(this, "P${String(index)}", { roleName: "${name}", assumedBy: new iam.AccountRootPrincipal()${policies} });\n`
        : `${indent}const p${String(index)} = new iam.User(this, "P${String(index)}", { userName: "${name}" });\n`;
    });
    const calls = (head: string): string =>
      created
        .map((item) => {
          const node: Node = { kind: "raw", text: `${head}(${print(item.node, indent, syntax)});` };
          // As an element of a list, for its comments.
          return print({ kind: "list", items: [{ node, comment: item.comment }], layout: "lines", trailing: false }, "", { ...syntax, unit: indent }).slice(2, -1);
        })
        .join("");
    const uses: Readonly<Record<CdkForm, () => string>> = {
      added: () => calls("p0.addToPolicy"),
      managed: () => `${indent}${construct("ManagedPolicy", [member("statements", statementList), ...attached])}\n`,
      inline: () => `${indent}${construct("Policy", [...attached, member("statements", statementList)])}\n`,
      role: () => "",
      document: () => `${indent}const document = ${document};\n${indent}${construct("ManagedPolicy", [member("document", raw("document")), ...attached])}\n`,
      later: () => `${indent}const grant = ${construct("Policy", attached)}\n${calls("grant.addStatements")}`,
    };
    return `import { Stack } from "aws-cdk-lib";
import * as iam from "aws-cdk-lib/aws-iam";

export class TestStack extends Stack {
  constructor(scope, id) {
    super(scope, id);
${declared.join("")}${uses[form]()}  }
}
`;
  },
  read: (text) => Promise.resolve(runStack(text)),
  isOpen: () => false,
};

/** The mark belongs to the call around it. */
function withoutMark(node: Node): Node {
  return node.kind === "map" ? { kind: "map", members: node.members, inline: node.inline } : node;
}

/** Runs the source with classes that only write down what they are given. */
function runStack(text: string): Reading {
  const program = text.replaceAll(/^import .*$/gmu, "").replace("export class", "class");
  const recorded: unknown = runInNewContext(
    `
    const statements = [];
    const constructs = [];
    class Stack {}
    class PolicyStatement { constructor(props) { this.props = props; } toJSON() { return "statement"; } }
    class Recorded {
      constructor(scope, id, props) { constructs.push([new.target.name, id, props]); this.id = id; gather(id, props); }
      addToPolicy(...all) { gather(this.id + ".addToPolicy", all); }
      addStatements(...all) { gather(this.id + ".addStatements", all); }
      toJSON() { return this.id; }
    }
    class Role extends Recorded {}
    class User extends Recorded {}
    class Policy extends Recorded {}
    class ManagedPolicy extends Recorded {}
    class PolicyDocument { constructor(props) { this.props = props; } }
    class AccountRootPrincipal {}
    function gather(where, value) {
      if (value instanceof PolicyStatement) statements.push({ where, ...value.props });
      else if (value instanceof Recorded) return;
      else if (typeof value === "object" && value !== null) for (const each of Object.values(value)) gather(where, each);
    }
    const iam = { PolicyStatement, Role, User, Policy, ManagedPolicy, PolicyDocument, AccountRootPrincipal, Effect: { ALLOW: "Allow", DENY: "Deny" } };
    ${program}
    new TestStack();
    const rest = JSON.stringify(constructs, (key, value) => Array.isArray(value) ? value.filter((each) => !(each instanceof PolicyStatement)) : value);
    JSON.stringify({ statements, rest });
    `,
  );
  const result: unknown = JSON.parse(String(recorded));
  return { statements: list(at(result, "statements")).map(readStatement), rest: String(at(result, "rest")) };
}

/* Policy JSON */

const policyJson: Rendering = {
  name: "policy JSON",
  file: "policy.json",
  language: "cloudformation",
  adapt: withoutComments,
  render: (example) => `${print(policyNode(example, JSON_SPELLING), "", jsonSyntax(example.style))}\n`,
  read: (text) => {
    const policy: unknown = JSON.parse(text);
    const statements = list(at(policy, "Statement"));
    return Promise.resolve({ statements: statements.map(readStatement), rest: without(policy, statements) });
  },
  isOpen: () => false,
};

export const renderings: readonly Rendering[] = [
  terraformDocument,
  terraformJsonencode,
  terraformHeredoc,
  terraformJson,
  terraformJsonText,
  yamlBlock,
  yamlFlow,
  samFunction,
  serverlessFunction,
  templateJson,
  cdk,
  policyJson,
];

/** By the same text, through the `refine` command. One principal at a time. */
export const refined: Rendering = {
  ...policyJson,
  name: "policy JSON through refine",
  adapt: (example) => withoutComments({ ...example, principals: example.principals.slice(0, 1) }),
};

function withoutComments(example: Case): Case {
  const statements = example.statements.map((statement) => ({
    ...statement,
    comment: NO_COMMENT,
    resourceComment: NO_COMMENT,
    entries: statement.entries.map((entry) => ({ ...entry, comment: NO_COMMENT })),
  }));
  return { ...example, statements };
}

/* Reading parsed values */

function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((found, key) => (isRecord(found) ? found[key] : undefined), value);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function without(root: unknown, parts: readonly unknown[]): string {
  return JSON.stringify(root, (_key, value: unknown) => (Array.isArray(value) ? value.filter((each) => !parts.includes(each)) : value));
}

const ACTION_KEYS: ReadonlyMap<string, PolicyStatement["element"]> = new Map([
  ["Action", "Action"],
  ["actions", "Action"],
  ["NotAction", "NotAction"],
  ["not_actions", "NotAction"],
  ["notActions", "NotAction"],
]);

function readStatement(statement: unknown): PolicyStatement {
  if (!isRecord(statement)) throw new Error(`This is no statement: ${JSON.stringify(statement)}`);
  const key = Object.keys(statement).find((each) => ACTION_KEYS.has(each)) ?? "";
  const value = statement[key];
  const effect = statement["Effect"] ?? statement["effect"] ?? "Allow";
  return {
    effect: effect === "Deny" ? "Deny" : "Allow",
    element: ACTION_KEYS.get(key) ?? "Action",
    actions: typeof value === "string" ? [value] : list(value).map(String),
    frame: JSON.stringify(Object.entries(statement).filter(([each]) => each !== key)) + key,
  };
}
