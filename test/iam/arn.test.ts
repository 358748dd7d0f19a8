import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { permissionSetRoles } from "../../src/dialects/terraform/permission-sets.js";
import { matchesArn, parsePrincipalArn } from "../../src/iam/arn.js";
import { matchesName } from "../../src/model/principal.js";
import { literalPattern } from "../../src/model/text.js";

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

const text = (characters: string, least: number, most: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...Array.from(characters)), minLength: least, maxLength: most });
const NAME = "abcXYZ019_+=,.@-";
const name = text(NAME, 1, 64);
const partition = fc.oneof(fc.constantFrom("aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f", "aws-eusc"), text("abc019", 1, 5).map((more) => `aws-${more}`));
const account = text("0123456789", 12, 12);
// Any printable ASCII but the blank: https://docs.aws.amazon.com/IAM/latest/APIReference/API_Role.html
const path = fc.array(text("ab1!#$%&'()*+,-.:;<=>?@[]^_`{|}~", 1, 8), { maxLength: 4 }).map((parts) => ["", ...parts, ""].join("/"));

describe("ARNs of any partition, path and name", () => {
  it("are read into their parts", () => {
    fc.assert(
      fc.property(partition, account, fc.constantFrom("role", "user"), path, name, (...parts) => {
        const [ownPartition, ownAccount, kind, ownPath, ownName] = parts;
        const expected = { partition: ownPartition, account: ownAccount, kind, path: ownPath, name: ownName };
        expect(parsePrincipalArn(`arn:${ownPartition}:iam::${ownAccount}:${kind}${ownPath}${ownName}`)).toEqual(expected);
      }),
      { numRuns: 2000 },
    );
  });

  it("match a pattern as a regular expression would", () => {
    const short = text("ab*", 0, 7);
    fc.assert(
      fc.property(short, text("ab", 0, 8), (pattern, arn) => {
        const expression = new RegExp(`^${pattern.split("*").map(literalPattern).join(".*")}$`, "u");
        expect(matchesArn(pattern, arn)).toBe(expression.test(arn));
      }),
      { numRuns: 5000 },
    );
  });

  it("are those of a permission set, in every Region, and of no other set", () => {
    const set = text(NAME, 1, 32);
    const region = fc.constantFrom("", "eu-west-1/", "us-gov-west-1/", "cn-north-1/");
    const hash = text("0123456789abcdef", 16, 16);
    fc.assert(
      fc.property(partition, account, region, set, set, hash, (ownPartition, ownAccount, ownRegion, own, other, tail) => {
        const parsed = parsePrincipalArn(`arn:${ownPartition}:iam::${ownAccount}:role/aws-reserved/sso.amazonaws.com/${ownRegion}AWSReservedSSO_${own}_${tail}`);
        const role = (label: string): boolean =>
          matchesName(permissionSetRoles({ kind: "role", address: "set", name: { kind: "literal", name: label } }).name, parsed?.name ?? "");
        expect(parsed?.path).toBe(`/aws-reserved/sso.amazonaws.com/${ownRegion}`);
        expect([role(own), role(other)]).toEqual([true, own === other]);
      }),
      { numRuns: 2000 },
    );
  });
});
