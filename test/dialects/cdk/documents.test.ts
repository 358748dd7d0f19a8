import { describe, expect, it } from "vitest";
import { logicalId } from "../../../src/dialects/cdk/logical-id.js";
import type { ActionEntry, LocatedPolicies, PolicyDocument } from "../../../src/model/policy.js";
import { slice } from "../../../src/model/text.js";
import { read } from "./read.js";

const HEAD = `import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Stack } from 'aws-cdk-lib';
`;
const assumedBy = "assumedBy: new iam.AccountRootPrincipal()";

/** A stack whose constructor holds `body`. */
function stack(body: string): string {
  return `${HEAD}class Demo extends Stack { constructor(scope, id) { super(scope, id);\n${body}\n} }`;
}

function actions(document: PolicyDocument): readonly ActionEntry[] {
  return document.statements.flatMap((statement) => statement.actions);
}

function values(located: LocatedPolicies): readonly string[] {
  return located.documents.flatMap((document) => actions(document).map(({ value }) => value));
}

/** `address: principal addresses | open clauses`, a line per document. */
function summary({ documents }: LocatedPolicies): readonly string[] {
  return documents.map(({ address, holder, attachment: { principals, open } }) =>
    [address, holder, principals.map((principal) => `${principal.kind} ${principal.address}`).join(" + "), ...open].join(" | "),
  );
}

const STATEMENT = "new iam.PolicyStatement({ actions: ['s3:Get*'], resources: ['*'] })";

describe("imports", () => {
  it.each([
    ["import * as iam from 'aws-cdk-lib/aws-iam';", "iam."],
    ["import { aws_iam as iam } from 'aws-cdk-lib';", "iam."],
    ["import { aws_iam } from 'aws-cdk-lib';", "aws_iam."],
    ["import * as cdk from 'aws-cdk-lib';", "cdk.aws_iam."],
    ["import { PolicyStatement, Role, AccountRootPrincipal } from 'aws-cdk-lib/aws-iam';", ""],
    ["import { PolicyStatement as S, Role as R, AccountRootPrincipal } from 'aws-cdk-lib/aws-iam'; const PolicyStatement = S, Role = R;", ""],
    ["const iam = require('aws-cdk-lib/aws-iam');", "iam."],
    ["const { PolicyStatement, Role, AccountRootPrincipal } = require('aws-cdk-lib').aws_iam;", ""],
    ["import iam = require('aws-cdk-lib/aws-iam');", "iam."],
    ["import * as iam from '@aws-cdk/aws-iam';", "iam."],
  ])("%s", (imports, iam) => {
    const text = `${imports}
      const role = new ${iam}Role(stack, 'R', { assumedBy: new ${iam}AccountRootPrincipal(), roleName: 'orders' });
      role.addToPolicy(new ${iam}PolicyStatement({ actions: ['s3:Get*'], resources: ['*'] }));`;
    const located = read(text);
    expect(values(located)).toEqual(["s3:Get*"]);
    expect(located.documents[0]?.attachment.principals[0]?.name).toEqual({ kind: "literal", name: "orders" });
  });

  it("of other libraries are passed over", () => {
    expect(read("import { PolicyStatement } from './aws-iam'; role.addToRolePolicy(new PolicyStatement({ actions: ['s3:Get*'] }));").documents).toEqual([]);
  });
});

describe("placements", () => {
  const role = `const role = new iam.Role(this, 'Role', { ${assumedBy} });`;
  it.each([
    ["addToPolicy", `${role} role.addToPolicy(${STATEMENT});`, "Demo/Role/DefaultPolicy | role | role Demo/Role"],
    ["addToPrincipalPolicy", `${role} role.addToPrincipalPolicy(${STATEMENT});`, "Demo/Role/DefaultPolicy | role | role Demo/Role"],
    [
      "an inline policy",
      `new iam.Role(this, 'Role', { ${assumedBy}, inlinePolicies: { Access: new iam.PolicyDocument({ statements: [${STATEMENT}] }) } });`,
      "Demo/Role.inlinePolicies.Access | role | role Demo/Role",
    ],
    [
      "an inline policy by name",
      `const doc = new iam.PolicyDocument({ statements: [${STATEMENT}] }); new iam.Role(this, 'Role', { ${assumedBy}, inlinePolicies: { Access: doc } });`,
      "Demo/Role.inlinePolicies.Access | role | role Demo/Role",
    ],
    [
      "inline policies by name",
      `const inlinePolicies = { Access: new iam.PolicyDocument({ statements: [${STATEMENT}] }) }; new iam.Role(this, 'Role', { ${assumedBy}, inlinePolicies });`,
      "Demo/Role.inlinePolicies.Access | role | role Demo/Role",
    ],
    [
      "document.addStatements",
      `const doc = new iam.PolicyDocument(); doc.addStatements(${STATEMENT}); new iam.Role(this, 'Role', { ${assumedBy}, inlinePolicies: { Access: doc } });`,
      "Demo/Role.inlinePolicies.Access | role | role Demo/Role",
    ],
    ["Policy with roles", `${role} new iam.Policy(this, 'P', { roles: [role], statements: [${STATEMENT}] });`, "Demo/P | role | role Demo/Role"],
    [
      "Policy with a document",
      `${role} new iam.Policy(this, 'P', { roles: [role], document: new iam.PolicyDocument({ statements: [${STATEMENT}] }) });`,
      "Demo/P | role | role Demo/Role",
    ],
    [
      "Policy with users and groups",
      `const user = new iam.User(this, 'U'), group = new iam.Group(this, 'G'); new iam.Policy(this, 'P', { users: [user], groups: [group], statements: [${STATEMENT}] });`,
      "Demo/P | unknown | user Demo/U + group Demo/G",
    ],
    ["attachToRole", `${role} const p = new iam.Policy(this, 'P', { statements: [${STATEMENT}] }); p.attachToRole(role);`, "Demo/P | role | role Demo/Role"],
    ["attachToUser", `new iam.Policy(this, 'P', { statements: [${STATEMENT}] }).attachToUser(new iam.User(this, 'U'));`, "Demo/P | user | user Demo/U"],
    ["attachInlinePolicy", `${role} role.attachInlinePolicy(new iam.Policy(this, 'P', { statements: [${STATEMENT}] }));`, "Demo/P | role | role Demo/Role"],
    ["ManagedPolicy with roles", `${role} new iam.ManagedPolicy(this, 'P', { roles: [role], statements: [${STATEMENT}] });`, "Demo/P | managed | role Demo/Role"],
    ["addManagedPolicy", `${role} const p = new iam.ManagedPolicy(this, 'P', { statements: [${STATEMENT}] }); role.addManagedPolicy(p);`, "Demo/P | managed | role Demo/Role"],
    [
      "managedPolicies",
      `const p = new iam.ManagedPolicy(this, 'P', { statements: [${STATEMENT}] }); new iam.Role(this, 'Role', { ${assumedBy}, managedPolicies: [p] });`,
      "Demo/P | managed | role Demo/Role",
    ],
    ["policy.addStatements", `${role} const p = new iam.ManagedPolicy(this, 'P', { roles: [role] }); p.addStatements(${STATEMENT});`, "Demo/P | managed | role Demo/Role"],
    ["policy.document.addStatements", `${role} const p = new iam.Policy(this, 'P', { roles: [role] }); p.addStatements(${STATEMENT});`, "Demo/P | role | role Demo/Role"],
    ["addToRolePolicy", `const fn = new lambda.Function(this, 'Fn', {}); fn.addToRolePolicy(${STATEMENT});`, "Demo/Fn/ServiceRole/DefaultPolicy | role | role Demo/Fn"],
    ["fn.role", `const fn = new lambda.Function(this, 'Fn', {}); fn.role!.addToPrincipalPolicy(${STATEMENT});`, "Demo/Fn/ServiceRole/DefaultPolicy | role | role Demo/Fn"],
    ["fn.role?.", `const fn = new lambda.Function(this, 'Fn', {}); fn.role?.addToPrincipalPolicy(${STATEMENT});`, "Demo/Fn/ServiceRole/DefaultPolicy | role | role Demo/Fn"],
    ["initialPolicy", `new lambda.Function(this, 'Fn', { initialPolicy: [${STATEMENT}] });`, "Demo/Fn/ServiceRole/DefaultPolicy | role | role Demo/Fn"],
    ["a function with a role", `${role} const fn = new lambda.Function(this, 'Fn', { role }); fn.addToRolePolicy(${STATEMENT});`, "Demo/Role/DefaultPolicy | role | role Demo/Role"],
    ["a user", `const user = new iam.User(this, 'U'); user.addToPolicy(${STATEMENT});`, "Demo/U/DefaultPolicy | user | user Demo/U"],
    ["this.role", `this.role = new iam.Role(this, 'Role', { ${assumedBy} }); this.role.addToPolicy(${STATEMENT});`, "Demo/Role/DefaultPolicy | role | role Demo/Role"],
    ["an imported role", `iam.Role.fromRoleName(this, 'X', 'orders').addToPrincipalPolicy(${STATEMENT});`, "orders/DefaultPolicy | role | role orders"],
    ["a role by ARN", `iam.Role.fromRoleArn(this, 'X', 'arn:aws:iam::1:role/app/orders').addToPrincipalPolicy(${STATEMENT});`, "arn:aws:iam::1:role/app/orders/DefaultPolicy | role | role arn:aws:iam::1:role/app/orders"],
    ["a statement in a constant", `${role} const s = ${STATEMENT}; role.addToPolicy(s);`, "Demo/Role/DefaultPolicy | role | role Demo/Role"],
    [
      "a statement of two roles",
      `${role} const other = new iam.Role(this, 'Other', { ${assumedBy} }); const s = ${STATEMENT}; role.addToPolicy(s); other.addToPolicy(s);`,
      "Demo/Role/DefaultPolicy, Demo/Other/DefaultPolicy | role | role Demo/Role + role Demo/Other",
    ],
    ["a statement that is handed on too", `${role} const s = ${STATEMENT}; role.addToPolicy(s); grant(s);`, 'Demo/Role/DefaultPolicy | role | role Demo/Role | it is handed to "grant"'],
    ["a policy that is handed on too", `${role} const p = new iam.ManagedPolicy(this, 'P', { roles: [role], statements: [${STATEMENT}] }); audit(p);`, 'Demo/P | managed | role Demo/Role | it is handed to "audit"'],
    ["a role by parameter", `(role) => { role.addToPrincipalPolicy(${STATEMENT}); };`, 'role/DefaultPolicy | unknown |  | this file does not tell whose role "role" is'],
  ])("%s", (_, body, expected) => {
    const located = read(stack(body));
    expect(summary(located)).toEqual([expected]);
    expect(values(located)).toEqual(["s3:Get*"]);
    expect(located.opaque).toEqual([]);
  });
});

describe("what is not an identity policy", () => {
  it.each([
    ["principals", `bucket.addToResourcePolicy(new iam.PolicyStatement({ actions: ['s3:Get*'], principals: [new iam.AnyPrincipal()] }));`],
    ["notPrincipals", `role.addToPolicy(new iam.PolicyStatement({ actions: ['s3:Get*'], notPrincipals: [new iam.AnyPrincipal()] }));`],
    ["principals added later", `const s = ${STATEMENT}; s.addAnyPrincipal(); role.addToPolicy(s);`],
    ["a resource policy", `new s3.Bucket(this, 'B').addToResourcePolicy(${STATEMENT});`],
    ["a trust policy", `new iam.CfnUserToGroupAddition(this, 'X', { assumeRolePolicyDocument: new iam.PolicyDocument({ statements: [${STATEMENT}] }) });`],
    ["a boundary", `new iam.Role(this, 'R', { permissionsBoundary: new iam.ManagedPolicy(this, 'B', { statements: [${STATEMENT}] }) });`],
    ["an applied boundary", `iam.PermissionsBoundary.of(this).apply(new iam.ManagedPolicy(this, 'B', { statements: [${STATEMENT}] }));`],
    ["a bucket's props", `new s3.BucketPolicy(this, 'B', { document: new iam.PolicyDocument({ statements: [${STATEMENT}] }) });`],
    ["a trust policy in JSON", `iam.PolicyDocument.fromJson({ Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: '*' }] });`],
  ])("%s", (_, body) => {
    expect(read(stack(body)).documents).toEqual([]);
  });

  it("is another receiver's addToPolicy", () => {
    const body = `const endpoint = new ec2.GatewayVpcEndpoint(this, 'E', {}); endpoint.addToPolicy(${STATEMENT});`;
    const located = read(`import * as ec2 from 'aws-cdk-lib/aws-ec2';\n${stack(body)}`);
    expect(located).toMatchObject({ documents: [], opaque: [] });
  });
});

describe("what is not understood is listed", () => {
  it.each([
    ["a returned statement", `const f = () => ${STATEMENT};`, "the statement: it is returned from a function"],
    ["a pushed statement", `statements.push(${STATEMENT});`, 'the statement: it is handed to "push"'],
    ["an exported statement", `this.statement = ${STATEMENT};`, 'the statement: "this.statement" is not private'],
    ["an unused statement", `const s = ${STATEMENT};`, "nothing in this file uses the statement"],
    ["an unknown receiver", `(x) => { x.addToPolicy(${STATEMENT}); };`, 'the statement: it is added to "x", which this file does not create'],
    ["a document for another construct", `new Widget(this, 'W', { policy: new iam.PolicyDocument({ statements: [${STATEMENT}] }) });`, 'it is handed to "Widget"'],
    ["a statement from elsewhere", `new iam.Role(this, 'R', {}).addToPolicy(makeStatement());`, '"makeStatement()" is not created in this file'],
    ["plain JSON from elsewhere", "new iam.CfnRole(this, 'R', { policies: [{ policyName: 'p', ...more }] });", '"{ policyName: \'p\', ...more }" is not created in this file'],
  ])("%s", (_, body, why) => {
    const located = read(stack(body));
    expect(located.documents).toEqual([]);
    expect(located.opaque.map((opaque) => opaque.why)).toEqual([why]);
  });

  it("also inside a document", () => {
    const body = `new iam.Policy(this, 'P', { roles: [new iam.Role(this, 'R', {})], statements: [${STATEMENT}, ...more, makeStatement()] });`;
    expect(read(stack(body)).documents[0]?.opaque.map(({ why }) => why)).toEqual([
      '"more" is not created in this file',
      '"makeStatement()" is not created in this file',
    ]);
  });
});

describe("constructs of unknown place", () => {
  const own = (heritage: string, exported = "") => `${HEAD}import { Construct } from 'constructs';
    ${exported} class Orders extends ${heritage} { constructor(scope, id) { super(scope, id);
      const role = new iam.Role(this, 'Role', { ${assumedBy} }); role.addToPolicy(${STATEMENT}); } }`;

  it.each([
    ["a class that nothing creates", own("Construct"), 'Orders/Role/DefaultPolicy | unknown |  | nothing in this file creates the class "Orders"'],
    [
      "an exported class",
      own("Construct", "export"),
      'Orders/Role/DefaultPolicy | unknown |  | other files may create the class "Orders", which is exported',
    ],
    [
      "an exported class that this file creates too",
      `${own("Construct", "export")} class Demo extends Stack { constructor(s, i) { super(s, i); new Orders(this, 'A'); } }`,
      'Demo/A/Role/DefaultPolicy | role | role Demo/A/Role | other files may create the class "Orders", which is exported',
    ],
    [
      "a class created twice",
      `${own("Construct")} class Demo extends Stack { constructor(s, i) { super(s, i); new Orders(this, 'A'); new Orders(this, 'B'); } }`,
      "Orders/Role/DefaultPolicy | role | role Demo/A/Role + role Demo/B/Role",
    ],
    [
      "a class created in a loop",
      `${own("Construct")} class Demo extends Stack { constructor(s, i) { super(s, i); for (const n of names) new Orders(this, n); } }`,
      'Orders/Role/DefaultPolicy | unknown |  | the construct id "n" is not a literal',
    ],
    ["a stack by another name", own("BaseStack", "export"), "Orders/Role/DefaultPolicy | role | role Orders/Role"],
  ])("%s", (_, text, expected) => {
    expect(summary(read(text))).toEqual([expected]);
  });

  it("take the ARNs that the user bound the file to", () => {
    const { documents } = read(own("Construct", "export"), { principals: ["arn:aws:iam::*:role/orders-*"] });
    expect(documents[0]?.attachment).toEqual({
      principals: [{ kind: "role", address: "arn:aws:iam::*:role/orders-*", name: { kind: "arn", arn: "arn:aws:iam::*:role/orders-*" } }],
      open: [],
    });
  });
});

describe("names", () => {
  const named = (roleName: string) => {
    const { documents } = read(stack(`const app = 'orders'; new iam.Role(this, 'R', { ${assumedBy}, roleName: ${roleName} }).addToPolicy(${STATEMENT});`));
    return documents[0]?.attachment;
  };

  it("are read from texts and constants", () => {
    expect(named("'orders-role'")?.principals[0]?.name).toEqual({ kind: "literal", name: "orders-role" });
    expect(named("`${app}-role`")?.principals[0]?.name).toEqual({ kind: "literal", name: "orders-role" });
  });

  it("become patterns where a part is unknown", () => {
    expect(named("`${app}-role-${props.stage}`")?.principals[0]?.name).toEqual({
      kind: "pattern",
      regex: "^orders-role-.+$",
      fixed: 12,
      shown: "orders-role-<props.stage>",
      id: "orders-role-",
      deployments: [],
    });
  });

  it("are generated when undefined", () => {
    expect(named("undefined")?.principals[0]?.name).toMatchObject({ kind: "pattern", id: logicalId(["R", "Resource"]) });
  });

  it("are unknown when nothing is known of them", () => {
    expect(named("props.roleName")).toEqual({
      principals: [],
      open: ['the name of "Demo/R" is not known from this file ("props.roleName")'],
      creations: [
        {
          clause: 'the name of "Demo/R" is not known from this file ("props.roleName")',
          kind: "role",
          address: "Demo/R",
          file: "/app/stack.ts",
          offset: 265,
          isDerived: false,
          isGenerated: false,
          id: ["R"],
          below: ["Resource"],
        },
      ],
    });
  });
});

describe("spans", () => {
  it("are exact in every style of list", () => {
    const text = stack(
      [
        "const role = new iam.Role(this, 'R', {});",
        "role.addToPolicy(new iam.PolicyStatement({",
        "  actions: [",
        "    's3:GetObject', // why",
        '    "s3:Put*",',
        "    /* and */ `s3:List*`,",
        "  ] as const,",
        "  resources: ['*'],",
        "}));",
        "log(role);",
      ].join("\r\n"),
    );
    const located = read(text);
    const entries = located.documents.flatMap(actions);
    expect(entries.map(({ span, quote, value, locked }) => [slice(text, span), quote, value, locked])).toEqual([
      ["'s3:GetObject'", "'", "s3:GetObject", null],
      ['"s3:Put*"', '"', "s3:Put*", null],
      ["`s3:List*`", "`", "s3:List*", null],
    ]);
    for (const [index, { home, span }] of entries.entries()) {
      if (home.kind !== "item" || home.element.list.syntax !== "bracketed") throw new Error("not a list item");
      const { open, close } = home.element.list;
      expect([text[open], text[close]]).toEqual(["[", "]"]);
      expect(home.element.index).toBe(index);
      expect(home.element.list.items[index]).toEqual(span);
    }
    expect(located.comments.map((span) => slice(text, span))).toEqual(["// why", "/* and */"]);
    const [statement] = located.documents[0]?.statements ?? [];
    const item = statement?.element?.list.items[0];
    expect(item && slice(text, item)).toMatch(/^role\.addToPolicy\(new [^]*\}\)\);$/u);
  });

  it("are those of the arguments of addActions", () => {
    const text = stack("const s = new iam.PolicyStatement({ resources: ['*'] }); s.addActions /* ( */ ('s3:Get*', 's3:Put*',); new iam.Role(this, 'R', {}).addToPolicy(s);");
    const [entry] = read(text).documents.flatMap(actions);
    if (entry?.home.kind !== "item" || entry.home.element.list.syntax !== "bracketed") throw new Error("not a list item");
    const { open, close, items } = entry.home.element.list;
    expect(text.slice(open, close + 1)).toBe("('s3:Get*', 's3:Put*',)");
    expect(items.map((span) => slice(text, span))).toEqual(["'s3:Get*'", "'s3:Put*'"]);
  });
});

describe("lists behind names", () => {
  const use = "new iam.Role(this, 'R', {}).addToPolicy(new iam.PolicyStatement({ actions: LIST, resources: ['*'] }));";
  const entriesOf = (text: string) => read(text).documents.flatMap(actions).map(({ value, locked }) => [value, locked]);

  it.each([
    ["used once", "const READ = ['s3:Get*'] as const;", "READ", "", [["s3:Get*", null]]],
    ["spread once", "const READ: readonly string[] = ['s3:Get*'];", "[...READ, 's3:Put*']", "", [["s3:Get*", null], ["s3:Put*", null]]],
    ["used twice", "const READ = ['s3:Get*'];", "READ", "log(READ);", [["s3:Get*", 'the list "READ" is also used elsewhere']]],
    ["exported", "export const READ = ['s3:Get*'];", "READ", "", [["s3:Get*", 'the list "READ" is also used elsewhere']]],
    ["a constant text", "const GET = 's3:Get*';", "[GET]", "", [["s3:Get*", 'it is written as "GET"']]],
  ])("%s", (_, before, list, after, expected) => {
    const text = stack(`${use.replace("LIST", list)} ${after}`).replace("class Demo", `${before}\nclass Demo`);
    expect(entriesOf(text)).toEqual(expected);
  });

  it.each([
    ["a changed list", "const READ = ['s3:Get*']; READ.push('s3:Put*');", "READ", '"READ" is changed after it is made'],
    ["an imported list", "import { READ } from './actions';", "READ", '"READ" is not a list in this file'],
    ["a template", "", "[`s3:${verb}*`]", '"`s3:${verb}*`" is not a literal'],
    ["a conditional", "", "[...(write ? ['s3:Put*'] : [])]", "\"write ? ['s3:Put*'] : []\" is not a list in this file"],
  ])("%s is opaque", (_, before, list, why) => {
    const { documents } = read(stack(use.replace("LIST", list)).replace("class Demo", `${before}\nclass Demo`));
    expect(documents[0]?.statements[0]?.actions).toEqual([]);
    expect(documents[0]?.statements[0]?.opaque.map((opaque) => opaque.why)).toEqual([why]);
  });
});

describe("statements", () => {
  const only = (statement: string, before = "") => read(stack(`${before} new iam.Role(this, 'R', {}).addToPolicy(${statement});`)).documents[0]?.statements[0];

  it.each([
    ["new iam.PolicyStatement({ actions: ['s3:*'] })", "Allow"],
    ["new iam.PolicyStatement({ effect: iam.Effect.ALLOW, actions: ['s3:*'] })", "Allow"],
    ["new iam.PolicyStatement({ effect: iam.Effect.DENY, actions: ['s3:*'] })", "Deny"],
    ["new iam.PolicyStatement({ effect, actions: ['s3:*'] })", "unknown"],
    ["new iam.PolicyStatement({ ...rest, actions: ['s3:*'] })", "unknown"],
    ["iam.PolicyStatement.fromJson({ Effect: 'Allow', Action: ['s3:*'] })", "Allow"],
    ["iam.PolicyStatement.fromJson({ Effect: 'Deny', Action: ['s3:*'] })", "Deny"],
    ["iam.PolicyStatement.fromJson({ Action: ['s3:*'] })", "unknown"],
  ])("effect of %s is %s", (statement, effect) => {
    expect(only(statement)?.effect).toBe(effect);
  });

  it("hold sid, actions and notActions", () => {
    const statement = only("new iam.PolicyStatement({ sid: 'Read', notActions: ['iam:*'], actions: ['s3:*'] })");
    expect(statement?.sid).toBe("Read");
    expect(statement?.notActions.map(({ value }) => value)).toEqual(["iam:*"]);
  });

  it("of JSON may have a single action", () => {
    const statement = only("iam.PolicyStatement.fromJson({ Effect: 'Allow', Action: 's3:*', Resource: '*' })");
    expect(statement?.actions[0]?.home).toEqual({ kind: "single", style: "bracketed" });
  });

  it("of a JSON document are elements of its list", () => {
    const text = stack(`new iam.Policy(this, 'P', { roles: [new iam.Role(this, 'R', {})], document: iam.PolicyDocument.fromJson({ Statement: [{ Sid: 'A', Effect: 'Allow', Action: ['s3:*'] }, { Effect: 'Deny', Action: 'sqs:*' }] }) });`);
    const { documents } = read(text);
    expect(documents[0]?.statements.map(({ sid, effect, element }) => [sid, effect, element?.index])).toEqual([["A", "Allow", 0], [null, "Deny", 1]]);
  });

  it.each([
    ["is plain", "role.addToPolicy(S);", true],
    ["formats ARNs", "role.addToPolicy(new iam.PolicyStatement({ actions: ['s3:*'], resources: [bucket.arnForObjects('*')] }));", true],
    ["creates another construct", "role.addToPolicy(new iam.PolicyStatement({ actions: ['s3:*'], resources: [new s3.Bucket(this, 'B').bucketArn] }));", false],
    ["calls a function", "role.addToPolicy(new iam.PolicyStatement({ actions: ['s3:*'], resources: [makeBucket()] }));", false],
    ["is the body of an if", "if (x) role.addToPolicy(S);", false],
    ["is part of an expression", "const added = role.addToPolicy(S);", false],
    ["separates two statements without semicolons", "const x = a\n;role.addToPolicy(S)\n;[1].map(f)", true],
  ])("are removable when their call %s", (_, body, removable) => {
    const { documents } = read(stack(`const role = new iam.Role(this, 'R', {});\n${body.replace("S)", `${STATEMENT})`)}\nlog(role);`));
    expect(documents[0]?.statements[0]?.element !== null).toBe(removable);
  });
});

describe("what could grant to somebody else is open", () => {
  const role = (id: string) => `new iam.Role(this, '${id}', { ${assumedBy} })`;
  const policy = (properties: string) => `new iam.ManagedPolicy(this, 'P', { ${properties}, statements: [${STATEMENT}] })`;
  const member = (members: string) => `${HEAD}class Demo extends Stack { private readonly policy = ${policy(`roles: [${role("A")}]`)}; ${members} }`;

  it.each([
    ["a list that roles are pushed to", stack(`const roles = [${role("A")}]; roles.push(other); ${policy("roles")};`), 'the list of principals "roles" may be changed after it is made'],
    ["a list that is handed on", stack(`const roles = [${role("A")}]; addRoles(roles); ${policy("roles")};`), 'the list of principals "roles" may be changed after it is made'],
    ["properties that are changed", stack(`const p = { roles: [${role("A")}], statements: [${STATEMENT}] }; p.roles = other; new iam.ManagedPolicy(this, 'P', p);`), "its properties are not all known from this file"],
    ["properties that others are assigned to", stack(`const p = {}; Object.assign(p, other); const fn = new lambda.Function(this, 'Fn', p); fn.addToRolePolicy(${STATEMENT});`), '"Demo/Fn" may be given a role that this file does not show'],
    ["a field taken out of this", member("m(role) { const { policy } = this; role.addManagedPolicy(policy); }"), '"policy" is taken out of "this"'],
    ["a field of this in an assertion", member("m(role) { role.addManagedPolicy((this as any).policy); }"), 'this file does not tell whose role "role" is'],
    ["a field of this by another name", member("m(role) { const self = this; (() => role.addManagedPolicy(self.policy))(); }"), 'this file does not tell whose role "role" is'],
    ["a managed policy that is named again", stack(`${policy(`managedPolicyName: 'shared', roles: [${role("A")}]`)}; iam.ManagedPolicy.fromManagedPolicyName(this, 'X', 'shared');`), "its name is used elsewhere in this file"],
    ["a role in two branches", stack(`if (a) { ${role("A")}.addToPolicy(${STATEMENT}); } else { ${role("A")}.addToPolicy(${STATEMENT}); }`), 'the role "Demo/A" is created at several places in this file'],
    ["a policy that is changed by position", stack(`const r = ${role("A")}; r.addToPolicy(${STATEMENT}); r.node.findChild('DefaultPolicy').node.defaultChild.addPropertyOverride('PolicyDocument.Statement.1.Effect', 'Deny');`), "an override of 'PolicyDocument.Statement.1.Effect' counts the statements of a policy"],
    ["a name of common words", stack("const r = new iam.Role(this, 'A', { roleName: `${props.env}-lambda-role` }); r.addToPolicy(" + STATEMENT + ");"), 'the name of "Demo/A" is not known from this file ("`${props.env}-lambda-role`")'],
    [
      "a class that creates itself by this",
      `${HEAD}class W extends Construct { static create(s, i) { return new this(s, i); } constructor(s, i) { super(s, i); ${role("A")}.addToPolicy(${STATEMENT}); } }
       class Demo extends Stack { constructor(s, i) { super(s, i); new W(this, 'B'); W.create(this, 'C'); } }`,
      'the class "W" creates instances of "this"',
    ],
  ])("%s", (_, text, why) => {
    expect(read(text).documents.flatMap(({ attachment }) => attachment.open)).toContain(why);
  });

  it.each([
    ["by a subclass", "class Sub extends Base { constructor(s, i) { super(s, i); this.role = other; } }"],
    ["from outside", "function f(base) { base.role = other; }"],
  ])("also a field that is assigned %s", (_, assignment) => {
    const text = `${HEAD}class Base extends Stack { protected role = ${role("A")}; allow() { this.role.addToPolicy(${STATEMENT}); } } ${assignment}`;
    expect(read(text)).toMatchObject({ documents: [], opaque: [{ why: 'the statement: it is added to "this.role", which this file does not create' }] });
  });

  it("unless a field cannot be assigned from outside", () => {
    const text = `${HEAD}class Base extends Stack { readonly role = ${role("A")}; allow() { this.role.addToPolicy(${STATEMENT}); } } function f(other) { other.role = 1; }`;
    expect(read(text).documents[0]?.attachment.open).toEqual([]);
  });

  it("a role of an account is looked for in that account", () => {
    const text = stack(`iam.Role.fromRoleArn(this, 'X', 'arn:aws:iam::111122223333:role/orders').addToPrincipalPolicy(${STATEMENT});`);
    expect(read(text).documents[0]?.attachment.principals[0]?.name).toEqual({ kind: "arn", arn: "arn:aws:iam::111122223333:role/orders" });
  });
});

describe("what is read elsewhere is listed", () => {
  it.each([
    ["a lazy role", `const r = new iam.LazyRole(this, 'R', {}); r.addToPolicy(${STATEMENT});`, 'the statement: it is added to "r", which this file does not create'],
    ["a lazy role's policies", `new iam.LazyRole(this, 'R', { inlinePolicies: { A: new iam.PolicyDocument({ statements: [${STATEMENT}] }) } });`, 'it is handed to "iam.LazyRole"'],
    ["a list of no principals", "const r = new iam.Role(this, 'R', {}); r.addToPolicy(new iam.PolicyStatement({ principals: [], actions: ['s3:Get*'] }));", "the statement: it names principals"],
  ])("%s", (_, body, why) => {
    expect(read(stack(body))).toMatchObject({ documents: [], opaque: [{ why }] });
  });
});

describe("what must not be left empty", () => {
  const locks = (body: string) => read(stack(body)).documents.flatMap(actions).map(({ locked }) => locked);
  const removable = (body: string) => read(stack(body)).documents.flatMap(({ statements }) => statements.map(({ element }) => element !== null));
  const role = `const role = new iam.Role(this, 'R', {}); log(role);`;

  it("is a statement whose actions are added under a condition", () => {
    const why = "some of its statement's actions are only added under a condition";
    expect(locks(`${role} const s = new iam.PolicyStatement({}); if (a) { s.addActions('s3:Get*'); } else { s.addActions('s3:Put*'); } role.addToPolicy(s);`)).toEqual([why, why]);
    expect(locks(`${role} const s = new iam.PolicyStatement({}); a && s.addActions('s3:Get*'); role.addToPolicy(s);`)).toEqual([why]);
    expect(locks(`${role} const s = new iam.PolicyStatement({}); s.addActions('s3:Get*'); role.addToPolicy(s);`)).toEqual([null]);
  });

  it("is a list beside added actions", () => {
    expect(locks(`${role} const s = new iam.PolicyStatement({ actions: ['s3:Get*'] }); s.addActions('s3:Put*'); role.addToPolicy(s);`)).toEqual([
      "more actions are added to its statement",
      null,
    ]);
  });

  it("is a policy with conditional statements", () => {
    const policy = (then: string) => `${role} const p = new iam.ManagedPolicy(this, 'P', { roles: [role], statements: [${STATEMENT}, ${STATEMENT}] }); ${then}`;
    expect(removable(policy(""))).toEqual([true, true]);
    expect(removable(policy(`if (a) { p.addStatements(${STATEMENT}); }`))).toEqual([false, false, false]);
    expect(removable(policy(`p.addStatements(${STATEMENT});`))).toEqual([false, false, false]);
  });

  it("is a declaration without a mention", () => {
    const add = (resource: string) => `role.addToPolicy(new iam.PolicyStatement({ actions: ['s3:*'], resources: [${resource}] }));`;
    expect(removable(`${role} const arn = 'arn:aws:s3:::x'; ${add("arn")} ${add("'*'")}`)).toEqual([false, true]);
    expect(removable(`${role} const arn = 'arn:aws:s3:::x'; ${add("arn")} log(arn);`)).toEqual([true]);
  });

  it.each([
    ["const tags = { a: 1 }", ";[tags].map(f)", false],
    ["const f = () => {}", ";(f)()", false],
    ["if (a) { f() }", ";[1].map(f)", false],
    ["function f() {}", ";[1].map(f)", true],
    ["f();", ";[1].map(f)", true],
    ["const tags = { a: 1 }", "f()", true],
  ])("nor run on: %s … %s", (before, after, expected) => {
    expect(removable(`${role}\n${before}\nrole.addToPolicy(${STATEMENT})\n${after}`)).toEqual([expected]);
  });
});

describe("comes to an end", () => {
  it("on lists that are made of each other", () => {
    const role = "const role = new iam.Role(this, 'R', {});";
    const use = (list: string) => `role.addToPolicy(new iam.PolicyStatement({ actions: ${list} })); table.grant(role, ...${list});`;
    const text = stack(`${role} ${use("A")} ${use("f()")} ${use("O.a")}`).replace(
      "class Demo",
      "const A = [...B, 's3:Get*'], B = [...A]; const f = () => f(); const O = { a: O.a };\nclass Demo",
    );
    expect(values(read(text))).not.toContain("s3:Put*");
    expect(read(text.replace("...B", "...A")).documents.length).toBeGreaterThan(0);
  });

  it("on classes that create each other over and over", () => {
    const levels = Array.from({ length: 12 }, (_, level) => {
      const made = level === 0 ? `new iam.Role(this, 'R', {}).addToPolicy(${STATEMENT});` : `new C${String(level - 1)}(this, 'a'); `.repeat(5);
      return `class C${String(level)} extends Construct { constructor(s, i) { super(s, i); ${made} } }`;
    });
    const own = `class Self extends Construct { constructor(s, i) { super(s, i); ${"new Self(this, 'a'); ".repeat(6)} new iam.Role(this, 'R', {}).addToPolicy(${STATEMENT}); } }`;
    const { documents } = read(`${HEAD}${levels.join("\n")}\n${own}\nclass Demo extends Stack { constructor(s, i) { super(s, i); new C11(this, 'x'); new Self(this, 's'); this.a.a = 1; } }`);
    expect(documents.every(({ attachment }) => attachment.open.length > 0)).toBe(true);
  });
});
