import { describe, expect, it } from "vitest";
import { matchesArn, parsePrincipalArn } from "../../src/iam/arn.js";

describe("parsePrincipalArn", () => {
  it.each(["aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f", "aws-eusc"])(
    "reads a role of partition %s",
    (partition) => {
      expect(parsePrincipalArn(`arn:${partition}:iam::111122223333:role/OrdersRole`)).toEqual({
        partition,
        account: "111122223333",
        kind: "role",
        path: "/",
        name: "OrdersRole",
      });
    },
  );

  it("separates path and name", () => {
    expect(parsePrincipalArn("arn:aws:iam::111122223333:user/division_abc/sub+1/Jane.Doe@example.com")).toEqual({
      partition: "aws",
      account: "111122223333",
      kind: "user",
      path: "/division_abc/sub+1/",
      name: "Jane.Doe@example.com",
    });
  });

  it.each([
    "",
    "OrdersRole",
    "arn:aws:iam::111122223333:root",
    "arn:aws:iam::111122223333:group/Developers",
    "arn:aws:iam::111122223333:policy/Read",
    "arn:aws:iam::11112222333:role/Short",
    "arn:aws:iam::111122223333:role/",
    "arn:aws:iam::111122223333:role/app/",
    "arn:aws:iam::111122223333:role/with space",
    "arn:aws:sts::111122223333:assumed-role/OrdersRole/session",
    "arn:gcp:iam::111122223333:role/OrdersRole",
    "arn:aws:iam::*:role/OrdersRole",
  ])("does not take %j", (arn) => {
    expect(parsePrincipalArn(arn)).toBeNull();
  });
});

describe("matchesArn", () => {
  const arn = "arn:aws:iam::111122223333:role/app/OrdersRole";
  it.each([
    [arn, true],
    ["*", true],
    ["arn:aws:iam::*:role/app/OrdersRole", true],
    ["arn:*:iam::*:role/*OrdersRole", true],
    ["arn:aws:iam::111122223333:role/*", true],
    ["arn:aws:iam::111122223333:role/app/ordersrole", false],
    ["arn:aws:iam::111122223333:role/app/Orders", false],
    ["arn:aws:iam::111122223333:role/app/OrdersRole*x", false],
    ["*app*Orders*Role", true],
    ["arn:aws:iam::111122223333:role/app/OrdersRoleRole*Role", false],
    ["", false],
    ["arn:aws-cn:iam::111122223333:role/*", false],
    ["*:role/app/OrdersRole", true],
    ["xrn*", false],
    ["arn:*:user/*Role", false],
    ["arn:*:role/*Basket*", false],
    ["*zzz*zzz*", false],
    ["arn**Role", true],
  ])("%j: %j", (pattern, expected) => {
    expect(matchesArn(pattern, arn)).toBe(expected);
  });

  it("does not count a character twice", () => {
    expect(matchesArn("ab*ba", "aba")).toBe(false);
    expect(matchesArn("a*b*b", "ab")).toBe(false);
  });
});
