import { relative } from "node:path";
import { describe, expect, test } from "vitest";
import { placeRecords } from "../../src/deployed/placement.js";
import { BadInput } from "../../src/findings/bad-input.js";
import { workspace } from "../workspace.js";
import { describedStack, roleArn, shownState, stackId } from "./records.js";

const role = (name: string): string => `resource "aws_iam_role" "${name}" {\n  name = "${name}"\n}\n`;
const state = (...addresses: readonly string[]): string => shownState(Object.fromEntries(addresses.map((address) => [address, roleArn(address.replaceAll(/\W/gu, "-"))])));

/** `state.json → infra/prod`; the message of what is refused, without the folder. */
function place(files: Readonly<Record<string, string>>, given: string | readonly string[], kind: "states" | "stackResources" = "states"): unknown {
  const root = workspace(files);
  const own = { states: [], stackResources: [], [kind]: typeof given === "string" ? [given] : given };
  try {
    return placeRecords(own, root).map(({ file, in: where, stack }) => `${relative(root, file)} → ${relative(root, where) || "."}${stack === null ? "" : ` (${stack})`}`);
  } catch (error) {
    if (!(error instanceof BadInput)) throw error;
    return error.message.replaceAll(root, "<root>");
  }
}

describe("a state is of", () => {
  test("the root module that is named", () => {
    const files = { "infra/a=b/main.tf": role("x"), "s.json": state("aws_iam_role.gone"), "c=d.json": state("aws_iam_role.x") };
    expect(place(files, "infra/a=b=s.json")).toEqual(["s.json → infra/a=b"]);
    expect(place(files, "infra/a=b/=c=d.json")).toEqual(["c=d.json → infra/a=b"]);
    expect(place(files, "c=d.json")).toEqual(["c=d.json → infra/a=b"]);
    expect(place(files, "infra/z=s.json")).toBe('<root>/infra/z: there is no such directory: correct what stands before "=" in infra/z=s.json.');
    expect(place(files, "infra/a=b=gone.json")).toBe("<root>/gone.json: there is no such file: correct the name, make it readable, or leave it out.");
    expect(place(files, "gone.json")).toBe("<root>/gone.json: there is no such file: correct the name, make it readable, or leave it out.");
  });

  test("the directory that Terraform keeps it in, whatever is in it", () => {
    const files = { "infra/main.tf": role("x"), "other/main.tf": role("y"), "infra/terraform.tfstate": state("aws_iam_role.y"), "infra/terraform.tfstate.d/dev/terraform.tfstate": state("aws_iam_role.y") };
    expect(place(files, ["infra/terraform.tfstate", "infra/terraform.tfstate.d/dev/terraform.tfstate"])).toEqual([
      "infra/terraform.tfstate → infra",
      "infra/terraform.tfstate.d/dev/terraform.tfstate → infra",
    ]);
  });

  test("the directory that it lies in or below, of several that declare what is in it", () => {
    const files = { "dev/main.tf": role("x"), "prod/main.tf.json": '{"resource":{"aws_iam_role":{"x":{"name":"x"}}}}', "prod/states/now.json": state("aws_iam_role.x"), "states/prod.json": state("aws_iam_role.x") };
    expect(place(files, "prod/states/now.json")).toEqual(["prod/states/now.json → prod"]);
    expect(place(files, "states/prod.json")).toBe(
      "states/prod.json: it does not say which root module it is of, and dev and prod declare what is in it: name it with --state <directory>=states/prod.json.",
    );
  });

  test("the only directory that declares all that is in it", () => {
    const files = {
      "main.tf": role("y"),
      "a/main.tf": `module "app" {\n  source = "../modules/app"\n}\n`,
      "a/roles.tofu": role("x"),
      "b/main.tf": role("x"),
      "modules/app/main.tf": role("this"),
      "s.json": state('aws_iam_role.x["k"]', 'module.app["blue"].aws_iam_role.this[0]'),
      "z.json": state("aws_iam_role.x", "aws_iam_role.y"),
      "one.json": state("aws_iam_role.nowhere"),
    };
    expect(place(files, "s.json")).toEqual(["s.json → a"]);
    expect(place(files, "z.json")).toBe(
      "z.json: it does not say which root module it is of, and no directory below <root> declares all of its roles, users and groups (aws_iam_role.x, aws_iam_role.y): name it with --state <directory>=z.json.",
    );
    expect(place(files, "one.json")).toContain("no directory below <root> declares aws_iam_role.nowhere: name it");
  });

  test("nothing, when nothing of IAM is in it", () => {
    expect(place({ "s.json": state() }, "s.json")).toEqual([]);
  });
});

describe("a stack is of", () => {
  const template = (...ids: readonly string[]): string => `Resources:\n${ids.map((id) => `  ${id}:\n    Type: AWS::IAM::Role\n    Properties: {}\n`).join("")}`;

  test("the only template that declares its roles, each stack for itself", () => {
    const files = {
      "a.yaml": template("Orders", "Worker"),
      "b.yaml": template("Orders", "Billing"),
      "s.json": `${describedStack("one", { Orders: "o1", Worker: "w1" })}\n${describedStack("two", { Billing: "b2" })}`,
      "twice.json": describedStack("one", { Orders: "o1" }),
    };
    expect(place(files, "s.json", "stackResources")).toEqual([`s.json → a.yaml (${stackId("one")})`, `s.json → b.yaml (${stackId("two")})`]);
    expect(place(files, "twice.json", "stackResources")).toBe(
      `twice.json: it does not say which template of ${stackId("one")} it is of, and a.yaml and b.yaml declare what is in it: name it with --stack-resources <template>=twice.json.`,
    );
    expect(place(files, "b.yaml=twice.json", "stackResources")).toEqual(["twice.json → b.yaml"]);
    expect(place(files, "c.yaml=twice.json", "stackResources")).toBe('<root>/c.yaml: there is no such template: correct what stands before "=" in c.yaml=twice.json.');
  });

  test("roles that SAM and Serverless make", () => {
    const sam = "Transform: AWS::Serverless-2016-10-31\nResources:\n  Orders:\n    Type: AWS::Serverless::Function\n    Properties: {}\n";
    expect(place({ "template.yaml": sam, "s.json": describedStack("one", { OrdersRole: "o" }) }, "s.json", "stackResources")).toEqual([
      `s.json → template.yaml (${stackId("one")})`,
    ]);
  });
});
