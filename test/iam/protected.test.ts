import { describe, expect, it } from "vitest";
import { builtInCatalogue } from "../../src/iam/catalogue.js";
import { isProtectable, PROTECTED_ACTIONS, protection } from "../../src/iam/protected.js";

describe("protected actions", () => {
  it("are all of the catalogue's Pass… actions", () => {
    const catalogue = builtInCatalogue();
    const passing = catalogue
      .services()
      .flatMap((service) => catalogue.actions(service).map((name) => `${service}:${name}`))
      .filter((action) => /:Pass[A-Z]/u.test(action));
    expect(PROTECTED_ACTIONS.map(({ action }) => action)).toEqual(passing);
    expect(passing).toHaveLength(16);
  });

  it("are matched without regard to case", () => {
    const safe = protection([]);
    expect(safe.covers("iam", "passrole")).toBe(true);
    expect(safe.covers("IAM", "PassRole")).toBe(true);
    expect(safe.covers("iam", "ChangePassword")).toBe(false);
  });

  it("reach into patterns that could match them", () => {
    const safe = protection([]);
    for (const pattern of ["*", "P*", "*Role", "Pass????", "?assRole"]) expect(safe.reachesInto("iam", pattern)).toBe(true);
    for (const pattern of ["List*", "PassRole?", "P*Roles"]) expect(safe.reachesInto("iam", pattern)).toBe(false);
    expect(safe.reachesInto("sqs", "*")).toBe(false);
  });

  it("can be actions, patterns and bare names", () => {
    for (const text of ["kms:Decrypt", "s3:Get*", "*:Put*", "vpc-lattice:A?-b", "Restore*", "*"]) expect(isProtectable(text)).toBe(true);
    for (const text of ["", ":", "kms:", ":Decrypt", " kms:Decrypt", "kms:Decrypt ", "a:b:c", "kms Decrypt", "Gét*"]) expect(isProtectable(text)).toBe(false);
  });

  it("are added to by actions, patterns and bare names", () => {
    const safe = protection(["kms:Decrypt", "s3:Get*", "*:Put*", "Restore*", "", "a:b:c"]);
    expect(safe.covers("kms", "decrypt")).toBe(true);
    expect(safe.covers("s3", "GetObject")).toBe(true);
    expect(safe.covers("ssm", "GetParameter")).toBe(false);
    expect(safe.covers("ssm", "PutParameter")).toBe(true);
    expect(safe.covers("ec2", "RestoreAddressToClassic")).toBe(true);
    expect(safe.covers("iam", "PassRole")).toBe(true);
    expect(safe.reachesInto("sqs", "*")).toBe(true);
  });
});
