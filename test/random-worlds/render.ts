import type { World, WorldDocument, WorldFinding, WorldPrincipal } from "./world.js";

/** The source of a world, by the name of its file. */
export function sourceOf(world: World): readonly [string, string] {
  switch (world.dialect) {
    case "terraform":
      return [`${world.id}/main.tf`, terraformOf(world)];
    case "json":
      return [`${world.id}/template.json`, `${JSON.stringify(templateOf(world), null, 2)}\n`];
    case "yaml":
      return [`${world.id}/template.yaml`, `${yamlOf(templateOf(world), "").trimStart()}\n`];
  }
}

function label({ name }: WorldPrincipal): string {
  return name.replaceAll("-", "_");
}

function terraformOf({ principals, documents }: World): string {
  const declared = principals.filter(({ isDeclared }) => isDeclared).map(
    (principal) => `resource "aws_iam_${principal.kind}" "${label(principal)}" {\n  name = "${principal.name}"\n${principal.kind === "role" ? '  assume_role_policy = "{}"\n' : ""}}\n`,
  );
  const stranger = documents.some(({ hasStranger }) => hasStranger) ? ['variable "stranger" {}\n'] : [];
  return [...stranger, ...declared, ...documents.flatMap(terraformDocument)].join("\n");
}

function terraformDocument({ id, statements, holder, principals, hasStranger }: WorldDocument): readonly string[] {
  const nameOf = (principal: WorldPrincipal): string => (principal.isDeclared ? `aws_iam_${principal.kind}.${label(principal)}.name` : `"${principal.name}"`);
  const blocks = statements.map(({ sid, actions }) => {
    const list = actions.length === 1 ? `"${actions.join("")}"` : `[\n${actions.map((action) => `          "${action}",\n`).join("")}        ]`;
    return `      {\n        Sid      = "${sid}"\n        Effect   = "Allow"\n        Action   = ${list}\n        Resource = "*"\n      },\n`;
  });
  const policy = `  policy = jsonencode({\n    Version = "2012-10-17"\n    Statement = [\n${blocks.join("")}    ]\n  })\n`;
  if (holder === "inline") {
    return principals.map((principal) => `resource "aws_iam_${principal.kind}_policy" "${id}" {\n  name = "${id}"\n  ${principal.kind} = ${nameOf(principal)}\n${policy}}\n`);
  }
  const attach = (kind: string, to: string, index: number): string =>
    `resource "aws_iam_${kind}_policy_attachment" "${id}_${String(index)}" {\n  ${kind} = ${to}\n  policy_arn = aws_iam_policy.${id}.arn\n}\n`;
  return [
    `resource "aws_iam_policy" "${id}" {\n  name = "${id}"\n${policy}}\n`,
    ...principals.map((principal, index) => attach(principal.kind, nameOf(principal), index)),
    ...(hasStranger ? [attach("role", "var.stranger", principals.length)] : []),
  ];
}

function templateOf({ principals, documents }: World): object {
  const id = ({ name }: WorldPrincipal): string => name.replaceAll("-", "");
  const refOf = (principal: WorldPrincipal): unknown => (principal.isDeclared ? { Ref: id(principal) } : principal.name);
  const resources = principals
    .filter(({ isDeclared }) => isDeclared)
    .map((principal) => [
      id(principal),
      principal.kind === "role"
        ? { Type: "AWS::IAM::Role", Properties: { RoleName: principal.name, AssumeRolePolicyDocument: { Version: "2012-10-17", Statement: [] } } }
        : { Type: "AWS::IAM::User", Properties: { UserName: principal.name } },
    ]);
  const policies = documents.map(({ id: document, statements, holder, principals: own, hasStranger }) => {
    const roles = [...own.filter(({ kind }) => kind === "role").map(refOf), ...(hasStranger ? [{ Ref: "Stranger" }] : [])];
    const users = own.filter(({ kind }) => kind === "user").map(refOf);
    const properties = {
      ...(holder === "inline" ? { PolicyName: document } : {}),
      ...(roles.length === 0 ? {} : { Roles: roles }),
      ...(users.length === 0 ? {} : { Users: users }),
      PolicyDocument: {
        Version: "2012-10-17",
        Statement: statements.map(({ sid, actions }) => ({ Sid: sid, Effect: "Allow", Action: actions.length === 1 ? actions.join("") : actions, Resource: "*" })),
      },
    };
    return [document, { Type: holder === "inline" ? "AWS::IAM::Policy" : "AWS::IAM::ManagedPolicy", Properties: properties }];
  });
  const parameters = documents.some(({ hasStranger }) => hasStranger) ? { Parameters: { Stranger: { Type: "String" } } } : {};
  return { AWSTemplateFormatVersion: "2010-09-09", ...parameters, Resources: Object.fromEntries([...resources, ...policies]) as object };
}

/** Objects and lists in blocks. */
function yamlOf(value: unknown, indent: string): string {
  if (Array.isArray(value)) return value.length === 0 ? " []" : value.map((item: unknown) => `\n${indent}-${inner(item, `${indent}  `)}`).join("");
  if (typeof value !== "object" || value === null) return ` ${JSON.stringify(value)}`;
  return Object.entries(value).map(([key, item]) => `\n${indent}${key}:${yamlOf(item, `${indent}  `)}`).join("");
}

function inner(item: unknown, indent: string): string {
  return ` ${yamlOf(item, indent).trimStart()}`;
}

/** What the user agreed to keep; JSON is YAML. */
export function exceptionsOf(principals: readonly WorldPrincipal[]): string {
  const entries = principals.flatMap(({ kind, name, excepted, expired }) => [
    ...(excepted.length === 0 ? [] : [{ principal: name, actions: excepted, reason: "It is needed once a year.", expires: "2126-12-31" }]),
    ...(expired.length === 0 ? [] : [{ principal: `arn:aws:iam::*:${kind}/${name}`, actions: expired, reason: "It was needed last year.", expires: "2025-12-31" }]),
  ]);
  return JSON.stringify({ exceptions: entries });
}

/** What the user tells of the accounts. */
export function deploymentsOf(worlds: readonly World[]): string {
  return JSON.stringify(worlds.flatMap(({ id, deployedIn }) => (deployedIn === null ? [] : [{ files: `${id}/**`, accounts: deployedIn }])));
}

const FIRST = Date.UTC(2026, 7, 1);

function time(hours: number): string {
  return new Date(FIRST + hours * 3_600_000).toISOString();
}

/** Exports as `get-finding-v2` writes them. */
export function exportsOf(principals: readonly WorldPrincipal[]): readonly object[] {
  return principals.flatMap(({ kind, name, findings }) => [...findings].flatMap(([account, all]) => all.map((finding) => exported(`arn:aws:iam::${account}:${kind}/${name}`, finding))));
}

function exported(resource: string, { id, status, analyzed, updated, unused }: WorldFinding): object {
  return {
    id,
    status,
    findingType: "UnusedPermission",
    resource,
    analyzedAt: time(analyzed),
    updatedAt: time(updated),
    findingDetails: Object.entries(unused).map(([serviceNamespace, actions]) => ({
      unusedPermissionDetails: { serviceNamespace, ...(actions.length === 0 ? {} : { actions: actions.map((action) => ({ action })) }) },
    })),
  };
}
