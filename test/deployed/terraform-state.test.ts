import { describe, expect, test } from "vitest";
import { BadInput } from "../../src/findings/bad-input.js";
import { readState } from "../../src/deployed/terraform-state.js";
import { roleArn, shownState } from "./records.js";

function read(state: unknown): readonly string[] {
  const text = typeof state === "string" ? state : JSON.stringify(state);
  return readState("/p/state.json", text).flatMap(({ principals }) => principals.map(({ address, kind, account, name, arn }) => `${address}: ${kind} ${name} in ${account ?? "?"} (${arn ?? "?"})`));
}

const attributes = { arn: roleArn("service/orders"), name: "orders" };
const expected = (address: string): string => `${address}: role orders in 111122223333 (arn:aws:iam::111122223333:role/service/orders)`;

describe("a state as Terraform shows it", () => {
  test("in the root module and in modules", () => {
    expect(
      read(shownState({ "aws_iam_role.a": roleArn("a"), 'aws_iam_role.b["x"]': roleArn("b-x"), 'module.app["blue"].module.iam.aws_iam_role.this[0]': roleArn("c") })),
    ).toEqual([
      "aws_iam_role.a: role a in 111122223333 (arn:aws:iam::111122223333:role/a)",
      'aws_iam_role.b["x"]: role b-x in 111122223333 (arn:aws:iam::111122223333:role/b-x)',
      'module.app["blue"].module.iam.aws_iam_role.this[0]: role c in 111122223333 (arn:aws:iam::111122223333:role/c)',
    ]);
  });

  test("modules in modules, users and groups; no data sources, nothing deposed, nothing else", () => {
    const resource = (address: string, type: string, more: object): object => ({ address, mode: "managed", type, name: "x", ...more });
    const inner = {
      resources: [
        resource("module.a.module.b.aws_iam_user.u", "aws_iam_user", { values: { arn: "arn:aws-cn:iam::111122223333:user/u" } }),
        resource("module.a.module.b.aws_iam_group.g", "aws_iam_group", { values: { arn: "arn:aws:iam::111122223333:group/g" } }),
        resource("module.a.module.b.aws_iam_role.old", "aws_iam_role", { values: attributes, deposed_key: "1a2b" }),
        resource("module.a.module.b.aws_iam_role.unknown", "aws_iam_role", { values: { arn: null } }),
        resource("module.a.module.b.aws_db_instance.d", "aws_db_instance", { values: { arn: 7, password: "secret" } }),
        { ...resource("data.aws_iam_role.r", "aws_iam_role", { values: attributes }), mode: "data" },
      ],
    };
    const state = { format_version: "1.0", values: { outputs: {}, root_module: { child_modules: [{ address: "module.a", child_modules: [inner] }] } } };
    expect(read(state)).toEqual([
      "module.a.module.b.aws_iam_user.u: user u in 111122223333 (arn:aws-cn:iam::111122223333:user/u)",
      "module.a.module.b.aws_iam_group.g: group g in 111122223333 (arn:aws:iam::111122223333:group/g)",
    ]);
  });

  test("of a plan, what was there before", () => {
    const values = { root_module: { resources: [{ address: "aws_iam_role.a", mode: "managed", type: "aws_iam_role", values: attributes }] } };
    expect(read({ format_version: "1.2", planned_values: {}, resource_changes: [], prior_state: { format_version: "1.0", values }, configuration: {} })).toEqual([
      expected("aws_iam_role.a"),
    ]);
    expect(read({ format_version: "1.2", planned_values: { root_module: {} }, resource_changes: [] })).toEqual([]);
  });

  test("an empty one", () => {
    expect(read({ format_version: "1.0" })).toEqual([]);
    expect(read({ format_version: "1.0", values: { root_module: {} } })).toEqual([]);
  });
});

describe("a state as Terraform keeps it", () => {
  const role = { mode: "managed", type: "aws_iam_role", name: "this", provider: 'provider["registry.terraform.io/hashicorp/aws"]' };

  test("instances, in modules too", () => {
    const resources = [
      { ...role, instances: [{ schema_version: 0, attributes, sensitive_attributes: [] }] },
      { ...role, module: 'module.app["blue"]', instances: [{ index_key: 0, attributes }, { index_key: 1, attributes }] },
      { ...role, module: "module.app.module.b", instances: [{ index_key: 'a"b', attributes }, { index_key: "old", deposed: "12345678", attributes }] },
      { ...role, mode: "data", instances: [{ attributes }] },
      { ...role, type: "aws_s3_bucket", instances: [{ attributes: { arn: 1 } }, { attributes_flat: {} }] },
    ];
    expect(read({ version: 4, terraform_version: "1.9.5", serial: 3, lineage: "x", outputs: {}, resources, check_results: null })).toEqual([
      expected("aws_iam_role.this"),
      expected('module.app["blue"].aws_iam_role.this[0]'),
      expected('module.app["blue"].aws_iam_role.this[1]'),
      expected('module.app.module.b.aws_iam_role.this["a\\"b"]'),
    ]);
  });

  test("an empty one", () => {
    expect(read({ version: 4, terraform_version: "1.9.5", serial: 1, resources: [] })).toEqual([]);
  });
});

describe("refused in a sentence", () => {
  const remedy = "write it with `terraform show -json`, or `terraform state pull`";
  test.each([
    ["", "/p/state.json: the file is empty: run the command that should have written it again, or delete the file."],
    ["[]", `/p/state.json: this is not a Terraform state but an empty list: ${remedy}.`],
    ['{"findings": []}', `/p/state.json: this is not a Terraform state but an object with "findings": ${remedy}.`],
    ['{"version": 3, "serial": 1}', `/p/state.json: this is a state of version 3, and only version 4 is read: ${remedy}, of Terraform 0.12 or later.`],
    ['{"serial": 1, "lineage": "x", "meta": {}, "encrypted_data": "x"}', "/p/state.json: the state is encrypted: write it with `tofu show -json`."],
    ['{"version": 4, "serial": 1, "resources": {}}', `/p/state.json, resources: expected a list: ${remedy}.`],
    ['{"version": 4, "serial": 1, "resources": [{"mode": 1}]}', `/p/state.json, resources[0].mode: expected a text: ${remedy}.`],
    ['{"format_version": "1.0", "values": {"root_module": {"child_modules": [{"resources": [7]}]}}}', `/p/state.json, values.root_module.child_modules[0].resources[0]: expected a resource: ${remedy}.`],
    ["{", "/p/state.json, line 1: the JSON is truncated, what begins here is never closed: export the state again, or delete the file."],
    ["Error: no state", '/p/state.json, line 1, column 1: this is not JSON, "Error:" is not expected here: export the state again with `terraform show -json`, or delete the file.'],
  ])("%s", (text, message) => {
    expect(() => readState("/p/state.json", text)).toThrow(BadInput);
    expect(() => readState("/p/state.json", text)).toThrow(message);
  });
});
