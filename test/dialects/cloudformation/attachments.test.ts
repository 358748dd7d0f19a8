import { describe, expect, test } from "vitest";
import { cloudformation } from "../../../src/dialects/cloudformation.js";
import type { LocatedPolicies } from "../../../src/model/policy.js";
import { doubts, only, read } from "./read.js";
import { bindIn } from "../project.js";

const DOCUMENT = "{Statement: [{Effect: Allow, Action: [s3:GetObject], Resource: '*'}]}";

function template(resources: string, rest = ""): string {
  return `Resources:\n${resources.replace(/^(?=.)/gmu, "  ")}\n${rest}`;
}

function role(id: string, properties = ""): string {
  return `${id}:\n  Type: AWS::IAM::Role\n  Properties:\n    AssumeRolePolicyDocument: {}\n${properties.replace(/^(?=.)/gmu, "    ")}\n`;
}

function policy(type: string, properties: string): string {
  return `P:\n  Type: AWS::IAM::${type}\n  Properties:\n    PolicyDocument: ${DOCUMENT}\n${properties.replace(/^(?=.)/gmu, "    ")}\n`;
}

function summary({ documents }: LocatedPolicies): unknown {
  return documents.map(({ address, holder, attachment }) => ({
    address,
    holder,
    to: attachment.principals.map(({ kind, address: at, name }) => [
      kind,
      at,
      name.kind === "literal" ? name.name : name.kind === "pattern" ? name.shown : name.arn,
    ]),
    open: attachment.open,
  }));
}

describe("policies of their own", () => {
  test.each([
    ["Ref", "Roles: [!Ref R]", "role", [["role", "R", "<stack>-R-<tail>"]], []],
    ["long Ref", "Roles:\n  - Ref: R", "role", [["role", "R", "<stack>-R-<tail>"]], []],
    ["Sub", "Roles: [!Sub '${R}']", "role", [["role", "R", "<stack>-R-<tail>"]], []],
    ["literal names", "Roles: [orders, 'audit']", "role", [["role", "orders", "orders"], ["role", "audit", "audit"]], []],
    ["twice the same", "Roles: [!Ref R, !Ref R]", "role", [["role", "R", "<stack>-R-<tail>"]], []],
    ["users", "Users: [!Ref U]", "user", [["user", "U", "ursula"]], []],
    ["a role and a group", "Roles: [!Ref R]\nGroups: [!Ref G]", "group", [["role", "R", "<stack>-R-<tail>"], ["group", "G", "<stack>-G-<tail>"]], []],
    ["a parameter", "Roles: [!Ref RoleName]", "role", [], ["the policy is attached to a role that the template does not name (!Ref RoleName)"]],
    ["a parameter, too", "Roles: [!Ref R, !Ref RoleName]", "role", [["role", "R", "<stack>-R-<tail>"]], ["the policy is attached to a role that the template does not name (!Ref RoleName)"]],
    ["a list of parameters", "Roles: !Ref Names", "role", [], ["the policy is attached to a role that the template does not name (!Ref Names)"]],
    ["the wrong kind", "Roles: [!Ref U]", "role", [], ["the policy is attached to a role that the template does not name (!Ref U)"]],
    ["an import", "Roles: [{'Fn::ImportValue': x}]", "role", [], ["the policy is attached to a role that the template does not name ({'Fn::ImportValue': x})"]],
    ["a condition", "Roles: [!If [C, !Ref R, !Ref AWS::NoValue]]", "role", [["role", "R", "<stack>-R-<tail>"]], []],
    ["either list", "Roles: !If [C, [!Ref R], [orders]]", "role", [["role", "R", "<stack>-R-<tail>"], ["role", "orders", "orders"]], []],
  ])("AWS::IAM::Policy: %s", (_name, properties, holder, to, open) => {
    const group = "G:\n  Type: AWS::IAM::Group\n";
    const user = "U:\n  Type: AWS::IAM::User\n  Properties: {UserName: ursula}\n";
    const text = template(role("R") + user + group + policy("Policy", `PolicyName: p\n${properties}`));
    expect(summary(read(text))).toEqual([{ address: "P", holder, to, open }]);
  });

  test.each([
    ["RolePolicy", "RoleName: !Ref R", [["role", "R", "<stack>-R-<tail>"]], "role"],
    ["RolePolicy", "RoleName: orders", [["role", "orders", "orders"]], "role"],
    ["UserPolicy", "UserName: ursula", [["user", "ursula", "ursula"]], "user"],
    ["GroupPolicy", "GroupName: staff", [["group", "staff", "staff"]], "group"],
  ])("AWS::IAM::%s: %s", (type, properties, to, holder) => {
    expect(summary(read(template(role("R") + policy(type, properties))))).toEqual([{ address: "P", holder, to, open: [] }]);
  });

  test("cannot be taken out: others may refer to them", () => {
    expect(only(read(template(role("R") + policy("Policy", "Roles: [!Ref R]"))).documents).element).toBeNull();
  });
});

describe("managed policies", () => {
  const managed = policy("ManagedPolicy", "Description: d");
  const to = (text: string): unknown => summary(read(text));
  const expected = (principals: readonly string[], open: readonly string[] = []): unknown => [
    { address: "P", holder: "managed", to: principals.map((id) => ["role", id, `<stack>-${id}-<tail>`]), open },
  ];

  test.each([
    ["Ref", "ManagedPolicyArns: [!Ref P]"],
    ["PolicyArn", "ManagedPolicyArns:\n  - !GetAtt P.PolicyArn"],
    ["long PolicyArn", "ManagedPolicyArns:\n  - Fn::GetAtt: [P, PolicyArn]"],
    ["beside others", "ManagedPolicyArns: [arn:aws:iam::aws:policy/ReadOnlyAccess, !Sub '${P}']"],
    ["a condition", "ManagedPolicyArns: [!If [C, !Ref P, !Ref AWS::NoValue]]"],
    ["either list", "ManagedPolicyArns: !If [C, [!Ref P], []]"],
  ])("are attached from roles: %s", (_name, properties) => {
    expect(to(template(role("R", properties) + role("Other") + managed))).toEqual(expected(["R"]));
  });

  test("are attached from both sides, once each", () => {
    const text = template(role("A", "ManagedPolicyArns: [!Ref P]") + role("B") + policy("ManagedPolicy", "Roles: [!Ref B, !Ref A]"));
    expect(to(text)).toEqual(expected(["B", "A"]));
  });

  test("are attached through a shared list", () => {
    const text = template(role("A", "ManagedPolicyArns: &arns [!Ref P]") + role("B", "ManagedPolicyArns: *arns") + managed);
    expect(to(text)).toEqual(expected(["A", "B"]));
  });

  test.each([
    ["an export", "Outputs:\n  Arn: {Value: !Ref P, Export: {Name: p}}", "the output Arn gives the policy out of the template, and it may be attached elsewhere"],
    ["an output", "Outputs:\n  Arn:\n    Value: !Sub 'x ${P} y'", "the output Arn gives the policy out of the template, and it may be attached elsewhere"],
    ["its attribute", "Outputs:\n  Arn:\n    Value:\n      Fn::GetAtt: P.PolicyArn", "the output Arn gives the policy out of the template, and it may be attached elsewhere"],
    ["a nested stack", "  N:\n    Type: AWS::CloudFormation::Stack\n    Properties: {Parameters: {Arn: !Ref P}}", "N uses the policy in a way that is not understood"],
    ["a function with a role of its own", "  F:\n    Type: AWS::Serverless::Function\n    Properties: {Role: x, Policies: [!Ref P]}", "F uses the policy in a way that is not understood"],
    ["a boundary", "  B:\n    Type: AWS::IAM::Role\n    Properties: {PermissionsBoundary: !Ref P}", "the policy is also the permissions boundary of B"],
  ])("are open when their ARN goes elsewhere: %s", (_name, rest, clause) => {
    expect(to(template(role("R", "ManagedPolicyArns: [!Ref P]") + managed, rest))).toEqual(expected(["R"], [clause]));
  });

  test("are open when another role names their ARN", () => {
    const named = policy("ManagedPolicy", "ManagedPolicyName: orders-read");
    const arn = "ManagedPolicyArns: [!Sub 'arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/orders-read']";
    const text = template(role("A", "ManagedPolicyArns: [!Ref P]") + role("B", arn) + named);
    const byName = "the policy has a name, by which it may be attached elsewhere";
    expect(to(text)).toEqual(expected(["A"], ["B uses the policy in a way that is not understood", byName]));
    expect(to(template(role("A", "ManagedPolicyArns: [!Ref P]") + policy("ManagedPolicy", "ManagedPolicyName: !Ref AWS::NoValue")))).toEqual(expected(["A"]));
  });

  test.each([
    ["a loop", "Outputs:\n  Fn::ForEach::Arns:\n    - Name\n    - [P]\n    - ${Name}Arn: {Value: !Ref {'Fn::Sub': '${Name}'}}"],
    ["an inclusion", "Mappings:\n  Fn::Transform: {Name: AWS::Include}"],
    ["an inclusion in short", "Mappings:\n  M: !Transform {Name: AWS::Include}"],
  ])("are open when %s may use them", (_name, rest) => {
    const hidden = "a part of the template is not written out, and may use the policy";
    expect(to(template(role("R", "ManagedPolicyArns: [!Ref P]") + managed, rest))).toEqual(expected(["R"], [hidden]));
  });

  test("that are only a boundary are no identity policies", () => {
    expect(to(template(role("R", "PermissionsBoundary: !Ref P") + managed))).toEqual([]);
  });

  test("may depend on themselves being there", () => {
    expect(to(template(`${role("R", "ManagedPolicyArns: [!Ref P]")}Q:\n  Type: AWS::SNS::Topic\n  DependsOn: P\n${managed}`))).toEqual(expected(["R"]));
  });
});

test("what rewrites a template leaves every attachment open", () => {
  const inline = role("R", `Policies: [{PolicyName: p, PolicyDocument: ${DOCUMENT}}]`);
  expect(only(read(template(inline, "Transform: [AWS::Serverless-2016-10-31]")).documents).attachment.open).toEqual([]);
  expect(only(read(template(inline, "Transform: [AWS::LanguageExtensions, Company-Macro]")).documents).attachment.open).toEqual([
    'the template is rewritten by the macro "Company-Macro"',
  ]);
  const loop = read(template(inline, "  Fn::ForEach::Names:\n    - Name\n    - !Ref Names\n    - Topic${Name}: {Type: AWS::SNS::Topic}"));
  expect(loop.opaque.map((part) => part.why)).toEqual(["the resources that Fn::ForEach::Names makes are not written out"]);
  expect(only(loop.documents).attachment.open).toEqual(["some resources of the template are not written out"]);
});

describe("names", () => {
  const named = (property: string): string => {
    const parameters = `Parameters:
  Env: {Type: String, AllowedValues: [dev, prod.1]}
  One: {Type: String, AllowedValues: [only]}
  Stage: {Type: String, Default: dev}
  Whole: {Type: String, Default: orders-worker}
Mappings:
  Names:
    a: {Role: orders-a}
    b: {Role: orders-b}
`;
    return template(role("OrdersRole", `${property}\nPolicies: [{PolicyName: p, PolicyDocument: ${DOCUMENT}}]`), parameters);
  };
  const nameOf = (property: string): unknown => only(only(read(named(property)).documents).attachment.principals).name;

  test.each([
    ["RoleName: orders", "orders"],
    ["RoleName: 'orders'", "orders"],
    ["RoleName: 012345678901", "012345678901"],
    ["RoleName: !Sub orders", "orders"],
    ["RoleName: !Join ['-', [orders, worker]]", "orders-worker"],
    ["RoleName: !Sub ['${S}.orders', {S: x}]", "x.orders"],
  ])("%s is literal", (property, name) => {
    expect(nameOf(property)).toEqual({ kind: "literal", name });
  });

  const deployed = (...names: readonly string[]): unknown => names.map((name) => ({ regex: `^${name.replaceAll(".", "\\.")}$`, shown: name }));

  test.each([
    ["RoleName: !Sub '${Stage}-orders'", "^.+-orders$", 6, "<Stage>-orders", "-orders", []],
    ["RoleName: !Sub ['${S}.orders', {S: !ImportValue x}]", "^.+\\.orders$", 6, "<value>.orders", ".orders", []],
    ["RoleName: !Sub ['${S}-${Env}.orders', {Env: !Ref S, S: x}]", "^x-.+\\.orders$", 7, "x-<S>.orders", "x-.orders", []],
    ["RoleName: !Sub '${Env}-orders'", "^(?:dev|prod\\.1)-orders$", 10, "<Env>-orders", "-orders", deployed("dev-orders", "prod.1-orders")],
    ["RoleName: {'Fn::Sub': 'orders-${AWS::Region}-x'}", "^orders-[a-z]{2,4}(?:-[a-z]+)+-\\d+-x$", 7, "orders-<AWS::Region>-x", "orders--x", undefined],
    ["RoleName: !Sub '${AWS::AccountId}-${AWS::StackName}-orders'", "^\\d{12}-[A-Za-z][A-Za-z0-9-]*-orders$", 6, "<AWS::AccountId>-<AWS::StackName>-orders", "--orders", undefined],
    ["RoleName: !Join ['-', [!Ref Stage, orders, !ImportValue x]]", "^.+-orders-.+$", 6, "<Stage>-orders-<value>", "-orders-", []],
    ["RoleName: !Ref Name", "^.+$", 0, "<Name>", "", []],
    ["RoleName: !ImportValue x", "^.+$", 0, "<name>", "", []],
    ["RoleName: !If [C, a, b]", "^(?:a|b)$", 1, "<if C>", "", deployed("a", "b")],
    ["RoleName: !If [C, orders, !Sub '${Env}-worker']", "^(?:orders|(?:dev|prod\\.1)-worker)$", 6, "<if C>", "", deployed("orders", "dev-worker", "prod.1-worker")],
    ["RoleName: !FindInMap [Names, !Ref AWS::AccountId, Role]", "^(?:orders-a|orders-b)$", 8, "<Names>", "", deployed("orders-a", "orders-b")],
    ["RoleName: !If [C, orders, !Ref AWS::NoValue]", "^(?:orders|(?=.{1,64}$)[A-Za-z][A-Za-z0-9-]*-OrdersRole-(?:[A-Za-z0-9]{12}|[A-Z0-9]{13}))$".replace("(?=", "(?:(?=").replace("13}))", "13})))"), 10, "<stack>-OrdersRole-<tail>", "OrdersRole", []],
  ])("%s is a pattern", (property, regex, fixed, shown, id, deployments) => {
    expect(nameOf(property)).toEqual({ kind: "pattern", regex, fixed, shown, id, ...(deployments === undefined ? {} : { deployments }) });
  });

  test.each([
    ["a mapping with both keys", "RoleName: !FindInMap [Names, a, Role]", "orders-a"],
    ["an element of a list", "RoleName: !Select [1, [a, orders]]", "orders"],
    ["a parameter with one value", "RoleName: !Sub '${One}-orders'", "only-orders"],
  ])("%s is literal", (_name, property, name) => {
    expect(nameOf(property)).toEqual({ kind: "literal", name });
  });

  test.each([
    ["a default", "RoleName: !Sub '${Stage}-lambda-execution-role'", ["dev-lambda-execution-role"]],
    ["a default alone", "RoleName: !Ref Whole", ["orders-worker"]],
    ["a default among conditions", "RoleName: !If [C, !Ref Whole, !Ref AWS::NoValue]", ["<stack>-OrdersRole-<tail>"]],
  ])("%s tells whose policy it is, but never alone", (_name, property, names) => {
    const { attachment } = only(read(named(property)).documents);
    expect(attachment.principals.map(({ name }) => (name.kind === "literal" ? name.name : name.kind === "pattern" ? name.shown : ""))).toEqual(names);
    expect(attachment.open).toEqual(["the name of OrdersRole depends on parameters, of which a deployment may change the defaults"]);
  });

  test("are generated without one", () => {
    expect(nameOf("Path: /orders/")).toMatchObject({ kind: "pattern", shown: "<stack>-OrdersRole-<tail>", fixed: 10, id: "OrdersRole" });
    expect(nameOf("RoleName: !Ref AWS::NoValue")).toMatchObject({ shown: "<stack>-OrdersRole-<tail>" });
  });

  test("that a condition takes away is asked for in each of several stacks on record", () => {
    const path = "/repository/template.yaml";
    const names = (...stacks: readonly string[]): readonly string[] => {
      const samconfig = stacks.map((stack) => `[${stack}.deploy.parameters]\nstack_name = "${stack}"\n`).join("\n");
      const text = template(role("OrdersRole", `RoleName: !If [C, orders, !Ref AWS::NoValue]\nPolicies: [{PolicyName: p, PolicyDocument: ${DOCUMENT}}]`));
      const { name } = only(only(bindIn(cloudformation, path, { [path]: text, "/repository/samconfig.toml": samconfig }).documents).attachment.principals);
      return name.kind === "pattern" ? (name.deployments ?? []).map(({ shown }) => shown) : [];
    };
    expect(names("blue", "green")).toEqual(["blue-OrdersRole-<tail>", "green-OrdersRole-<tail>"]);
    // One on record says nothing of those that are not.
    expect(names("blue")).toEqual([]);
  });
});

describe("names that could be mistaken", () => {
  const inline = (id: string, name: string): string => role(id, `${name}Policies: [{PolicyName: p, PolicyDocument: ${DOCUMENT}}]`);
  const mistaken = (resources: string): unknown => doubts(read(template(resources)));

  test("when both are cut", () => {
    const [one, two] = ["OrdersAnalyticsReportingSummaries", "OrdersAnalyticsReportingStatements"];
    expect(mistaken(inline(one, "") + inline(two, ""))).toEqual([
      `message: the name of ${one} is only known at deployment and could also be that of ${two}`,
      `message: the name of ${two} is only known at deployment and could also be that of ${one}`,
    ]);
  });

  test("when one has a part of the other", () => {
    expect(mistaken(inline("A", "RoleName: !Sub '${S}-orders'\n") + inline("B", "RoleName: !Sub '${S}-new-orders'\n"))).toEqual([
      "message: the name of A is only known at deployment and could also be that of B",
      null,
    ]);
  });

  test("but not otherwise", () => {
    expect(mistaken(inline("OrdersRole", "") + inline("NewOrdersRole", "") + inline("A", "RoleName: !Sub '${S}-orders'\n"))).toEqual([null, null, null]);
  });
});

describe("what is not written out, or twice", () => {
  const inline = `Policies: [{PolicyName: p, PolicyDocument: ${DOCUMENT}}]`;
  const attached = policy("Policy", "PolicyName: p\nRoles: [!Ref R]");

  test.each([
    ["included properties", "R:\n  Type: AWS::IAM::Role\n  Properties: !Transform {Name: AWS::Include}\n", "the Properties of R are not written out"],
    ["an inclusion beside them", `${role("R", inline)}  Fn::Transform: {Name: AWS::Include}\n`, "a part of R is included from elsewhere"],
    ["two names", role("R", `RoleName: a\nRoleName: b\n${inline}`), "R has more than one RoleName"],
    ["two Properties", `${role("R", inline)}  Properties: {RoleName: b}\n`, "R has more than one Properties"],
    ["two declarations", role("R", inline) + role("R", inline), "R is declared twice"],
  ])("%s: nothing is known of the principal", (_name, resource, why) => {
    const located = read(template(resource + attached));
    expect(located.opaque.map((part) => part.why)).toEqual([why]);
    expect(summary(located)).toEqual([{ address: "P", holder: "role", to: [["role", "R", "<RoleName>"]], open: [] }]);
  });

  test("two lists of resources leave every attachment open", () => {
    const located = read(template(role("R", inline), template(role("R", inline))));
    expect(only(located.documents).attachment.open).toEqual(["the template has more than one Resources"]);
  });

  test("two documents, or two lists of statements, are not read", () => {
    const twice = `Policies: [{PolicyDocument: ${DOCUMENT}, PolicyDocument: ${DOCUMENT}}, {PolicyDocument: {Statement: [], Statement: []}}]`;
    const located = read(template(role("R", twice)));
    expect(located.opaque.map((part) => part.why)).toEqual(["R.Policies[0] has more than one PolicyDocument"]);
    expect(only(located.documents).opaque.map((part) => part.why)).toEqual(["the policy has more than one Statement"]);
  });
});

test.each(["LambdaExecutionRole", "ECSTaskRole", "Role", "IamRoleLambdaExecution"])("%s is a logical id that many stacks have", (id) => {
  const located = read(template(role(id, `Policies: [{PolicyName: p, PolicyDocument: ${DOCUMENT}}]`)));
  expect(only(located.documents).attachment.open).toEqual([`stacks of other sources may have a ${id} with a generated name, too`]);
});

test("a principal is not taken for another with the same address", () => {
  const located = read(template(role("R") + policy("Policy", "PolicyName: p\nRoles: [R, !Ref R]")));
  expect(summary(located)).toEqual([{ address: "P", holder: "role", to: [["role", "R", "R"], ["role", "R", "<stack>-R-<tail>"]], open: [] }]);
});

test("the template in a stack set may declare the same generated name", () => {
  const inline = `Policies: [{PolicyName: p, PolicyDocument: ${DOCUMENT}}]`;
  const set = `Set:\n  Type: AWS::CloudFormation::StackSet\n  Properties:\n    TemplateBody: |\n${template(role("OrdersRole")).replace(/^(?=.)/gmu, "      ")}\n`;
  const located = read(template(role("OrdersRole", inline) + role("AuditRole", inline) + set));
  expect(located.opaque.map((part) => part.why)).toEqual(["the TemplateBody of Set is a template of its own"]);
  expect(doubts(located)).toEqual([
    "message: the name of OrdersRole is only known at deployment and could also be that of Set.TemplateBody.OrdersRole",
    null,
  ]);
});

describe("permission sets", () => {
  const set = (properties: string): string => template(`Set:\n  Type: AWS::SSO::PermissionSet\n  Properties:\n${properties.replace(/^(?=.)/gmu, "    ")}\n`);

  test("are the policies of the roles that are made of them, in accounts that are not known", () => {
    const document = only(read(set(`Name: Dev\nInlinePolicy: ${DOCUMENT}`)).documents);
    expect(document.address).toBe("Set.InlinePolicy");
    expect(document.attachment.open).toEqual(["the permission set Set may be assigned in accounts that the findings do not show"]);
    expect(only(document.attachment.principals).name).toEqual({
      kind: "pattern",
      regex: "^AWSReservedSSO_Dev_[0-9a-f]{16}$",
      fixed: 18,
      shown: "AWSReservedSSO_Dev_<hash>",
      id: "AWSReservedSSO_Dev_",
    });
  });

  test("without a name of their own match nobody", () => {
    expect(only(only(read(set(`Name: !Ref Name\nInlinePolicy: ${DOCUMENT}`)).documents).attachment.principals).name).toMatchObject({ fixed: 0 });
  });

  test("hold their policy as text, or none", () => {
    expect(only(read(set("Name: Dev\nInlinePolicy: '{}'")).documents).opaque.map((part) => part.why)).toEqual(["it holds no Statement"]);
    expect(read(set("Name: Dev"))).toMatchObject({ documents: [], opaque: [] });
  });
});
