import { describe, expect, test } from "vitest";
import { cloudformation } from "../../../src/dialects/cloudformation.js";
import { deploymentsIn } from "../../../src/dialects/cloudformation/samconfig.js";
import { matchesName } from "../../../src/model/principal.js";
import { bindIn } from "../project.js";
import { only, read, whys } from "./read.js";

const DOCUMENT = "{Statement: [{Effect: Allow, Action: [s3:GetObject], Resource: '*'}]}";

function attachments(text: string, others: Readonly<Record<string, string>> = {}, path = "/project/template.yaml"): unknown {
  return bindIn(cloudformation, path, { [path]: text, ...others }).documents.map(({ address, attachment: { principals, open, doubts } }) => ({
    address,
    to: principals.map(({ kind, address: at, name, declared }) => [kind, at, name.kind === "literal" ? name.name : name.kind === "pattern" ? name.shown : "", declared?.address]),
    open,
    ...(doubts === undefined ? {} : { doubts }),
  }));
}

describe("samconfig.toml", () => {
  test("describes deployments", () => {
    const toml = `version = 0.1 # the file's
[default.global.parameters]
stack_name = "orders-dev"
[default.deploy.parameters]
capabilities = ["CAPABILITY_IAM"]
parameter_overrides = "Stage=\\"dev\\" Team='orders team' Other=x"
[prod]
[prod.deploy]
[prod.deploy.parameters]
stack-name = 'orders-prod'
parameter_overrides = [
  "Stage=prod", # one
  "ParameterKey=Team,ParameterValue=core",
]
confirm_changeset = true
[test.build.parameters]
cached = true
`;
    expect(deploymentsIn(toml)).toEqual([
      { stack: "orders-dev", parameters: new Map([["Stage", "dev"], ["Team", "orders team"], ["Other", "x"]]) },
      { stack: "orders-prod", parameters: new Map([["Stage", "prod"], ["Team", "core"]]) },
    ]);
  });

  test.each(["", "[default", "a = [\n", "= x\n[default.deploy.parameters]\nstack_name = 1\n", '[default.deploy.parameters]\nstack_name = "open'])("says nothing when it cannot be read: %j", (toml) => {
    expect(deploymentsIn(toml)).toEqual([]);
  });

  test("gives the stacks' names, and the values of parameters, all of which need a finding", () => {
    const toml = `[dev.deploy.parameters]\nstack_name = "orders-dev"\nparameter_overrides = "Stage=dev"\n[prod.deploy.parameters]\nstack_name = "orders-prod"\nparameter_overrides = "Stage=prod"\n`;
    const role = (id: string, name: string): string => `  ${id}:\n    Type: AWS::IAM::Role\n    Properties: {${name}Policies: [{PolicyName: p, PolicyDocument: ${DOCUMENT}}]}\n`;
    const path = "/project/template.yaml";
    const text = `Parameters:\n  Stage: {Type: String, Default: local}\nResources:\n${role("Made", "")}${role("Named", "RoleName: !Sub '${Stage}-orders', ")}`;
    const names = bindIn(cloudformation, path, { [path]: text, "/project/samconfig.toml": toml }).documents.map((document) => only(document.attachment.principals).name);
    const [made, named] = names.map((name) => (name.kind === "pattern" ? (name.deployments ?? []) : []));
    expect(made?.map((each) => each.shown)).toEqual(["orders-dev-Made-<tail>", "orders-prod-Made-<tail>"]);
    expect(made?.map(({ regex }) => ["orders-dev-Made-AbCdEfGhIjKl", "orders-prod-Made-AbCdEfGhIjKl", "orders-Made-AbCdEfGhIjKl"].map((name) => new RegExp(regex, "u").test(name)))).toEqual([
      [true, false, false],
      [false, true, false],
    ]);
    expect(named?.map((each) => each.shown)).toEqual(["dev-orders", "prod-orders"]);
  });
});

describe("loops", () => {
  const loop = (collection: string, body: string, parameters = ""): string => `Transform: AWS::LanguageExtensions\n${parameters}Resources:\n  Fn::ForEach::Teams:\n    - Team\n    - ${collection}\n    - ${body}\n`;
  const role = "{'Role${Team}': {Type: AWS::IAM::Role, Properties: {RoleName: !Sub '${Team}-orders', Policies: [{PolicyName: p, PolicyDocument: " + DOCUMENT + "}]}}}";

  test("make one principal for each turn, and one policy", () => {
    expect(attachments(loop("[Blue, Green]", role))).toEqual([
      { address: "Role${Team}.Policies[0]", to: [["role", "RoleBlue", "Blue-orders", "RoleBlue"], ["role", "RoleGreen", "Green-orders", "RoleGreen"]], open: [] },
    ]);
  });

  test("over a parameter may go further", () => {
    const parameters = "Parameters: {Teams: {Type: CommaDelimitedList, Default: 'Blue, Green'}}\n";
    expect(attachments(loop("!Ref Teams", role, parameters))).toMatchObject([
      { open: ["Fn::ForEach::Teams goes over a parameter, of which a deployment may change the default"] },
    ]);
  });

  test("whose turns are not known are not written out", () => {
    expect(whys(read(loop("!Ref Teams", role)))).toEqual(["the resources that Fn::ForEach::Teams makes are not written out"]);
  });
});

test("what a group is granted belongs to its users, of whom there may be more", () => {
  const text = `Resources:
  Staff:
    Type: AWS::IAM::Group
    Properties: {Policies: [{PolicyName: p, PolicyDocument: ${DOCUMENT}}]}
  Ursula:
    Type: AWS::IAM::User
    Properties: {UserName: ursula, Groups: [!Ref Staff]}
  Others:
    Type: AWS::IAM::UserToGroupAddition
    Properties: {GroupName: !Ref Staff, Users: [umberto]}
`;
  expect(attachments(text)).toEqual([
    {
      address: "Staff.Policies[0]",
      to: [["user", "Ursula", "ursula", "Ursula"], ["user", "umberto", "umberto", undefined]],
      open: ["users that the template does not show may be in the group Staff"],
    },
  ]);
});

test("two resources with one name are two principals", () => {
  const role = (id: string): string => `  ${id}:\n    Type: AWS::IAM::Role\n    Properties: {RoleName: orders, Policies: [{PolicyName: p, PolicyDocument: ${DOCUMENT}}]}\n`;
  expect(attachments(`Resources:\n${role("A")}${role("B")}`)).toMatchObject(
    ["A", "B"].map((address) => ({ open: [], doubts: [{ address, clause: "A and B have the same name", leaves: "suggestion" }] })),
  );
});

describe("services of the Serverless Framework", () => {
  const service = (provider: string, rest = ""): string => `service: orders\nprovider:\n  name: aws\n${provider.replace(/^(?=.)/gmu, "  ")}\n${rest}`;
  const statements = `[{Effect: Allow, Action: [s3:GetObject], Resource: '*'}]`;
  const path = "/project/serverless.yml";

  test.each([
    ["its default", `iamRoleStatements: ${statements}`, "orders-<stage>-<AWS::Region>-lambdaRole"],
    ["its newer place", `iam: {role: {statements: ${statements}}}`, "orders-<stage>-<AWS::Region>-lambdaRole"],
    ["a name of its own", `iam: {role: {name: own, statements: ${statements}}}`, "own"],
    ["a name with variables", `iam: {role: {name: '\${self:service}-\${opt:team, "core"}', statements: ${statements}}}`, "orders-<opt:team>"],
    ["a name from a file", `iam: {role: {name: '\${file(./names.yml):role}', statements: ${statements}}}`, "from-file"],
  ])("the default role has %s", (_name, provider, name) => {
    const located = attachments(service(provider), { "/project/names.yml": "role: from-file\n" }, path);
    expect(located).toMatchObject([{ to: [["role", "IamRoleLambdaExecution", name, "IamRoleLambdaExecution"]], open: [] }]);
  });

  test("a role of its own makes the statements useless", () => {
    const located = read(service(`role: arn:aws:iam::111122223333:role/own\niamRoleStatements: ${statements}`), path);
    expect(located.documents).toEqual([]);
    expect(whys(located)).toEqual(["provider.iamRoleStatements has no effect, because the provider names a role of its own"]);
  });

  test("functions inherit unless they certainly do not", () => {
    const own = (more: string): string => `{handler: x, ${more}iamRoleStatements: ${statements}}`;
    const functions = `functions:\n  a-b: ${own("")}\n  c: ${own("iamRoleStatementsInherit: true, ")}\n  d: ${own("iamRoleStatementsInherit: '${self:custom.x}', ")}\n  e: {handler: x}\n`;
    const located = read(service(`iamRoleStatements: ${statements}`, functions), path);
    expect(located.documents.map(({ address, attachment }) => [address, ...attachment.principals.map((principal) => principal.address)])).toEqual([
      ["provider.iamRoleStatements", "IamRoleLambdaExecution", "CIamRoleLambdaExecution", "DIamRoleLambdaExecution"],
      ["functions.a-b.iamRoleStatements", "ADashbIamRoleLambdaExecution"],
      ["functions.c.iamRoleStatements", "CIamRoleLambdaExecution"],
      ["functions.d.iamRoleStatements", "DIamRoleLambdaExecution"],
    ]);
  });

  test("the end of a function's role's name may be left out", () => {
    const located = read(service("stage: dev", `functions:\n  replay: {iamRoleStatements: ${statements}}\n`), path);
    const { name } = only(only(located.documents).attachment.principals);
    expect(["orders-dev-replay-eu-west-1-lambdaRole", "orders-dev-replay-eu-west-1", "orders-dev-audit-eu-west-1-lambdaRole"].map((each) => matchesName(name, each))).toEqual([true, true, false]);
  });

  test("resources may be a list, in which other files are not seen", () => {
    const resources = `resources:
  - Resources:
      P: {Type: AWS::IAM::ManagedPolicy, Properties: {PolicyDocument: ${DOCUMENT}}}
  - Resources:
      R: {Type: AWS::IAM::Role, Properties: {RoleName: r, ManagedPolicyArns: [!Ref P]}}
  - \${file(more.yml)}
`;
    expect(attachments(service("stage: dev", resources), {}, path)).toEqual([
      { address: "P", to: [["role", "R", "r", "R"]], open: ["the service has resources in other files, which may use the policy"] },
    ]);
  });

  test.each([
    ["the provider", "iam: {role: {managedPolicies: [!Ref P]}}", ""],
    ["the function f", "stage: dev", "functions:\n  f: {iamManagedPolicies: [!Ref P]}\n"],
  ])("%s may attach a managed policy of the resources", (who, provider, functions) => {
    const resources = `${functions}resources:\n  Resources:\n    P: {Type: AWS::IAM::ManagedPolicy, Properties: {PolicyDocument: ${DOCUMENT}, Roles: [r]}}\n`;
    expect(attachments(service(provider, resources), {}, path)).toMatchObject([{ open: [`${who} attaches managed policies, and may attach the policy`] }]);
  });

  test("statements and actions of other files are listed", () => {
    const elsewhere = read(service("iamRoleStatements: ${file(iam.yml)}"), path);
    expect(whys(elsewhere)).toEqual(["provider.iamRoleStatements stands elsewhere (${file(iam.yml)})"]);
    const action = read(service("iamRoleStatements: [{Effect: Allow, Action: ['${self:custom.action}'], Resource: '*'}]"), path);
    expect(whys(action)).toEqual(["the action holds a variable"]);
  });

  test("a template below a service may be a part of it", () => {
    const template = `Resources:\n  P: {Type: AWS::IAM::ManagedPolicy, Properties: {PolicyDocument: ${DOCUMENT}}}\n  R: {Type: AWS::IAM::Role, Properties: {RoleName: r, ManagedPolicyArns: [!Ref P]}}\n`;
    const located = attachments(template, { [path]: service("stage: dev") }, "/project/resources/roles.yml");
    expect(located).toMatchObject([{ open: ["the template may be a part of the service in serverless.yml, of which other parts may use the policy"] }]);
  });
});
