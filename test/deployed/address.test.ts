import { expect, test } from "vitest";
import { declaredByRoot, isInstanceOf } from "../../src/deployed/address.js";

test.each([
  ["aws_iam_role.a", "aws_iam_role.a", true],
  ['aws_iam_role.a["x"]', "aws_iam_role.a", true],
  ["aws_iam_role.a[0]", "aws_iam_role.a[0]", true],
  ["aws_iam_role.a[0]", "aws_iam_role.a[1]", false],
  ["aws_iam_role.a[0]", 'aws_iam_role.a["0"]', false],
  ["aws_iam_role.a", "aws_iam_role.a[0]", false],
  ["aws_iam_role.ab", "aws_iam_role.a", false],
  ["module.m.aws_iam_role.a", "aws_iam_role.a", false],
  ['module.m["b.l]ue"].aws_iam_role.a[0]', "module.m.aws_iam_role.a", true],
  ['module.m["b.l]ue"].aws_iam_role.a[0]', 'module.m["b.l]ue"].aws_iam_role.a', true],
  ['module.m["a\\"]"].aws_iam_role.a', 'module.m["a\\"]"].aws_iam_role.a', true],
  ['module.m["red"].aws_iam_role.a[0]', 'module.m["blue"].aws_iam_role.a', false],
  ["OrdersRole", "OrdersRole", true],
  ["OrdersRole", "Orders", false],
])("is %s declared as %s? %s", (deployed, declared, expected) => {
  expect(isInstanceOf(deployed, declared)).toBe(expected);
});

test.each([
  ["aws_iam_role.a[0]", "aws_iam_role.a"],
  ['module.app["blue"].module.iam.aws_iam_role.this[0]', "module.app"],
])("the root module declares of %s: %s", (address, expected) => {
  expect(declaredByRoot(address)).toBe(expected);
});
