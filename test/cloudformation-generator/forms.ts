import { NO_COMMENT } from "../end-to-end/print.js";
import { addPrincipal, newCondition, newDocument, newId, newPolicy, perhaps, resource, type Builder, type Declared } from "./builder.js";
import { statements } from "./documents.js";
import { call, list, map, ref, scalar, sub, when, type Item, type Node } from "./nodes.js";
import { generatedName, type OutsideCase, type PrincipalCase } from "./world.js";

/** A way of holding identity policies, or what looks like one. */
export interface Form {
  readonly form: string;
  readonly weight: number;
  readonly add: (builder: Builder) => void;
  /** Is there such a thing in YAML only? */
  readonly yamlOnly?: true;
}

/** One of the template's principals, or a new one. */
function somePrincipal(builder: Builder, kind: "role" | "user" | null = null): Declared {
  const { random } = builder.project;
  const known = builder.principals.filter((each) => kind === null || each.kind === kind);
  return known.length > 0 && random.chance(0.6) ? random.pick(known) : addPrincipal(builder, kind ?? (random.chance(0.75) ? "role" : "user"));
}

function outside({ project: { nextWord } }: Builder, kind: "role" | "user", isNamed: boolean): OutsideCase {
  return { kind, outside: `outside-${nextWord()}`, isNamed };
}

function entry(name: string, document: Node): Node {
  return map({ PolicyName: scalar(name), PolicyDocument: document });
}

/** Somebody outside of the template gets the policy, too. */
function openPolicy(builder: Builder, to: readonly (PrincipalCase | OutsideCase)[], kind: "role" | "user" = "role"): { readonly node: Node } {
  const { document, node } = newPolicy(builder, [...to, outside(builder, kind, false)]);
  document.open = true;
  return { node };
}

export const FORMS: readonly Form[] = [
  {
    form: "Policies of a role or user",
    weight: 10,
    add(builder) {
      const principal = somePrincipal(builder);
      principal.policies.push(perhaps(builder, entry(builder.project.nextWord(), newPolicy(builder, [principal]).node)));
    },
  },
  {
    form: "Policies of a group",
    weight: 1,
    add(builder) {
      const { random } = builder.project;
      const id = newId(builder, "Group");
      const members = [somePrincipal(builder, "user")];
      const [member] = members;
      const { node } = openPolicy(builder, members, "user");
      resource(builder, id, "AWS::IAM::Group", { Policies: list([entry("group", node)]) });
      if (random.chance(0.5) && member !== undefined && !member.properties.has("Groups")) member.properties.set("Groups", list([ref(id)]));
      else resource(builder, `${id}Members`, "AWS::IAM::UserToGroupAddition", { GroupName: ref(id), Users: list(members.map((each) => ref(each.id))) });
    },
  },
  {
    form: "AWS::IAM::Policy",
    weight: 4,
    add(builder) {
      const { random, nextWord } = builder.project;
      const roles = Array.from({ length: random.pick([1, 1, 2]) }, () => somePrincipal(builder, "role"));
      const users = random.chance(0.2) ? [somePrincipal(builder, "user")] : [];
      const others = random.chance(0.08) ? [outside(builder, "role", true)] : [];
      const distinct = [...new Set(roles)];
      const { node } = newPolicy(builder, [...distinct, ...users, ...others]);
      const targets = [...distinct.map(({ id }) => random.pick([ref(id), ref(id), sub(`\${${id}}`)])), ...others.map((other) => scalar(other.outside))];
      resource(builder, newId(builder, "Policy"), "AWS::IAM::Policy", {
        PolicyName: scalar(nextWord()),
        PolicyDocument: node,
        Roles: list(targets),
        ...(users.length === 0 ? {} : { Users: list(users.map(({ id }) => ref(id))) }),
      });
    },
  },
  {
    form: "a managed policy",
    weight: 4,
    add(builder) {
      const { random } = builder.project;
      const id = newId(builder, "Policy");
      const byRoles = random.chance(0.6) ? [somePrincipal(builder, "role")] : [];
      const byArns = byRoles.length === 0 || random.chance(0.4) ? [somePrincipal(builder)] : [];
      const users = random.chance(0.2) ? [somePrincipal(builder, "user")] : [];
      const to = [...new Set([...byRoles, ...byArns, ...users])];
      const { document, node } = newPolicy(builder, to);
      builder.managed.push(document);
      for (const { arns } of byArns) arns.push(random.pick([ref(id), ref(id), call("Fn::GetAtt", list([scalar(id), scalar("PolicyArn")]))]));
      resource(builder, id, "AWS::IAM::ManagedPolicy", {
        ...(byRoles.length === 0 ? {} : { Roles: list(byRoles.map((each) => ref(each.id))) }),
        PolicyDocument: node,
        ...(users.length === 0 ? {} : { Users: list(users.map((each) => ref(each.id))) }),
      });
    },
  },
  {
    form: "a managed policy that is handed out",
    weight: 1,
    add(builder) {
      const { random, nextWord } = builder.project;
      const id = newId(builder, "Policy");
      const to = random.chance(0.7) ? [somePrincipal(builder, "role")] : [];
      const { node } = openPolicy(builder, to);
      const way = random.pick(["an output", "a name", "nobody", "another stack"]);
      if (way === "nobody" && to.length > 0) builder.sections.Outputs.set(`${id}Arn`, map({ Value: sub(`\${${id}}`) }));
      if (way === "an output") builder.sections.Outputs.set(`${id}Arn`, map({ Value: ref(id), Export: map({ Name: scalar(nextWord()) }) }));
      if (way === "another stack") resource(builder, newId(builder, "Stack"), "AWS::CloudFormation::Stack", { TemplateURL: scalar("https://example.com/other"), Parameters: map({ Policy: ref(id) }) });
      resource(builder, id, "AWS::IAM::ManagedPolicy", {
        ...(way === "a name" ? { ManagedPolicyName: scalar(nextWord()) } : {}),
        PolicyDocument: node,
        ...(to.length === 0 ? {} : { Roles: list(to.map((each) => ref(each.id))) }),
      });
    },
  },
  {
    form: "RolePolicy and UserPolicy",
    weight: 2,
    add(builder) {
      const principal = somePrincipal(builder);
      const { node } = newPolicy(builder, [principal]);
      const [type, property] = principal.kind === "role" ? ["AWS::IAM::RolePolicy", "RoleName"] : ["AWS::IAM::UserPolicy", "UserName"];
      resource(builder, newId(builder, "Policy"), type, { PolicyName: scalar(builder.project.nextWord()), [property]: ref(principal.id), PolicyDocument: node });
    },
  },
  {
    form: "GroupPolicy",
    weight: 1,
    add(builder) {
      const id = newId(builder, "Group");
      const member = somePrincipal(builder, "user");
      const { node } = openPolicy(builder, [member], "user");
      resource(builder, id, "AWS::IAM::Group", {});
      resource(builder, `${id}Members`, "AWS::IAM::UserToGroupAddition", { GroupName: ref(id), Users: list([ref(member.id)]) });
      resource(builder, `${id}Policy`, "AWS::IAM::GroupPolicy", { PolicyName: scalar("group"), GroupName: ref(id), PolicyDocument: node });
    },
  },
  {
    form: "a permission set",
    weight: 1,
    add(builder) {
      const name = builder.project.nextWord();
      // It may be assigned in any account.
      const { node } = openPolicy(builder, [{ kind: "role", outside: `AWSReservedSSO_${name}_0123456789abcdef`, isNamed: false, isMade: true }]);
      resource(builder, newId(builder, "Set"), "AWS::SSO::PermissionSet", { InstanceArn: scalar("arn:aws:sso:::instance/ssoins-1"), Name: scalar(name), InlinePolicy: node });
    },
  },
  {
    form: "Policies of a function or state machine",
    weight: 5,
    add(builder) {
      const { random } = builder.project;
      const [type, section] = random.pick([["AWS::Serverless::Function", "Function"], ["AWS::Serverless::Function", "Function"], ["AWS::Serverless::StateMachine", "StateMachine"]] as const);
      const id = newId(builder, section);
      const role: PrincipalCase = { id: `${id}Role`, kind: "role", name: generatedName(`${id}Role`, random) };
      builder.made.push(role);
      const entries = Array.from({ length: random.pick([1, 1, 2]) }, () => perhaps(builder, newPolicy(builder, [role]).node));
      const others = random.some([map({ S3ReadPolicy: map({ BucketName: scalar("orders") }) }), scalar("AWSXrayWriteOnlyAccess"), map({ AWSSecretsManagerGetSecretValuePolicy: map({ SecretArn: scalar("arn") }) })], 0, 2);
      const [only] = entries;
      const isAlone = entries.length === 1 && only !== undefined && random.chance(0.3);
      resource(builder, id, type, { ...(section === "Function" ? { Runtime: scalar("nodejs20.x") } : {}), Policies: isAlone ? only : list(random.some([...entries, ...others], 9, 9)) });
    },
  },
  {
    form: "a managed policy in Policies of a function",
    weight: 1,
    add(builder) {
      const { random } = builder.project;
      const id = newId(builder, "Function");
      const role: PrincipalCase = { id: `${id}Role`, kind: "role", name: generatedName(`${id}Role`, random) };
      builder.made.push(role);
      const also = random.chance(0.4) ? [somePrincipal(builder, "role")] : [];
      const policy = newId(builder, "Policy");
      const { document, node } = newPolicy(builder, [role, ...also]);
      builder.managed.push(document);
      for (const { arns } of also) arns.push(ref(policy));
      resource(builder, policy, "AWS::IAM::ManagedPolicy", { PolicyDocument: node });
      resource(builder, id, "AWS::Serverless::Function", { Policies: list([ref(policy), scalar("AWSXrayWriteOnlyAccess")]) });
    },
  },
  {
    form: "Globals",
    weight: 0.5,
    add(builder) {
      if (builder.sections.Globals.has("Function")) return;
      builder.sections.Globals.set("Function", map({}));
      builder.last.push(() => {
        const functions = builder.made.filter(({ id }) => id.endsWith("FunctionRole"));
        const { document, node } = newPolicy(builder, functions);
        if (functions.length === 0) document.locked = true;
        builder.sections.Globals.set("Function", map({ Timeout: scalar("t10"), Policies: list([node]) }));
      });
    },
  },
  {
    form: "a loop",
    weight: 1,
    add(builder) {
      const { random, nextWord } = builder.project;
      const word = nextWord();
      const end = newId(builder, "Role");
      const isNamed = !builder.isRepeated && random.chance(0.4);
      const principals = random.some(["Alpha", "Omega", "Sigma"], 1, 3).map((value): PrincipalCase => {
        const id = `${value}${end}`;
        return { id, kind: "role", name: isNamed ? { exact: true, generated: false, of: () => `${word}-${value}` } : generatedName(id, random) };
      });
      const { node } = newPolicy(builder, principals);
      const values = list(principals.map(({ id }) => scalar(id.slice(0, "Alpha".length))));
      const properties = map({ ...(isNamed ? { RoleName: sub(`${word}-\${Name}`) } : {}), Policies: list([entry("access", node)]) });
      builder.made.push(...principals);
      // What it makes could use a managed policy by a name that is put together.
      builder.last.push(() => { for (const document of builder.managed) document.open = true; });
      builder.resources.set(`Fn::ForEach::${end}s`, list([scalar("Name"), values, map({ [`\${Name}${end}`]: map({ Type: scalar("AWS::IAM::Role"), Properties: properties }) })]));
    },
  },
  {
    form: "two policies that share their actions",
    weight: 0.5,
    yamlOnly: true,
    add(builder) {
      const principal = somePrincipal(builder);
      const first = newDocument(builder);
      const second = newDocument(builder);
      const [statement] = first.statements;
      if (statement === undefined) return;
      const shared = { ...statement, entries: statement.entries.map(({ value }) => ({ value, comment: NO_COMMENT })), comment: NO_COMMENT };
      const anchor = `a${builder.project.nextWord()}`;
      const written = [first, second].map((document, index) => {
        const own = { ...document, statements: [shared], locked: true };
        builder.project.documents[document.id] = own;
        const spell = (entries: readonly Item[]): Node => (index === 0 ? { kind: "list", items: entries, anchor } : { kind: "alias", name: anchor });
        builder.grants.push({ document: own, to: [principal] });
        return entry(`${anchor}${String(index)}`, map({ Version: scalar("2012-10-17"), Statement: { kind: "list", items: statements(own, builder.project.random, spell) } }));
      });
      // What defines an anchor stands before what refers to it.
      principal.policies.push(...written);
    },
  },
  { form: "a resource policy", weight: 2, add: (builder) => { builder.project.random.pick(DECOYS)(builder); } },
];

function lockedPolicy(builder: Builder): Node {
  const { document, node } = newPolicy(builder, []);
  document.locked = true;
  return node;
}

/** What is no identity policy. */
const DECOYS: readonly ((builder: Builder) => void)[] = [
  (builder) => { resource(builder, newId(builder, "BucketPolicy"), "AWS::S3::BucketPolicy", { Bucket: scalar("orders"), PolicyDocument: lockedPolicy(builder) }); },
  (builder) => { resource(builder, newId(builder, "QueuePolicy"), "AWS::SQS::QueuePolicy", { Queues: list([scalar("orders")]), PolicyDocument: lockedPolicy(builder) }); },
  (builder) => { resource(builder, newId(builder, "Key"), "AWS::KMS::Key", { KeyPolicy: lockedPolicy(builder) }); },
  (builder) => { resource(builder, newId(builder, "Endpoint"), "AWS::EC2::VPCEndpoint", { PolicyDocument: lockedPolicy(builder) }); },
  (builder) => {
    const role = somePrincipal(builder, "role");
    if (!role.properties.has("AssumeRolePolicyDocument")) role.properties.set("AssumeRolePolicyDocument", lockedPolicy(builder));
  },
  (builder) => {
    const principal = somePrincipal(builder);
    const id = newId(builder, "Boundary");
    if (principal.properties.has("PermissionsBoundary")) return;
    principal.properties.set("PermissionsBoundary", ref(id));
    resource(builder, id, "AWS::IAM::ManagedPolicy", { PolicyDocument: lockedPolicy(builder) });
  },
  (builder) => {
    resource(builder, newId(builder, "Function"), "AWS::Serverless::Function", { Role: scalar("arn:aws:iam::111122223333:role/other"), Policies: list([lockedPolicy(builder)]) });
  },
  (builder) => {
    const principal = somePrincipal(builder);
    principal.policies.push(entry("text", sub('{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["s3:GetObject", "sqs:SendMessage"], "Resource": "*"}]}')));
  },
];

/** The resources of roles and users, when all policies are known. */
export function finishPrincipals(builder: Builder): void {
  const { random } = builder.project;
  for (const { id, kind, properties, policies, arns } of builder.principals) {
    if (kind === "role" && !properties.has("AssumeRolePolicyDocument")) {
      properties.set("AssumeRolePolicyDocument", map({ Statement: list([map({ Effect: scalar("Allow"), Action: scalar("sts:AssumeRole"), Principal: map({ Service: scalar("ec2.amazonaws.com") }) })]) }));
    }
    if (policies.length > 0) properties.set("Policies", random.chance(0.05) ? when(newCondition(builder), list(policies)) : list(policies));
    if (arns.length > 0 || random.chance(0.1)) properties.set("ManagedPolicyArns", list([...arns, ...(random.chance(0.2) || arns.length === 0 ? [scalar("arn:aws:iam::aws:policy/ReadOnlyAccess")] : [])]));
    resource(builder, id, kind === "role" ? "AWS::IAM::Role" : "AWS::IAM::User", Object.fromEntries(random.some([...properties], properties.size, properties.size)));
  }
}
