import { describe, expect, test } from "vitest";
import { BadInput } from "../../src/findings/bad-input.js";
import { readAuthorizationDetails } from "../../src/inventory/authorization-details.js";
import { inventoryFingerprint, inventoryOf, loadInventory, type Inventory } from "../../src/inventory/inventory.js";
import { put, workspace } from "../workspace.js";
import { authorizationDetails, type Account } from "./export.js";

const ACCOUNT = "111122223333";
const role = (name: string, account = ACCOUNT): string => `arn:aws:iam::${account}:role/${name}`;
const user = (name: string): string => `arn:aws:iam::${ACCOUNT}:user/${name}`;
const group = (name: string, account = ACCOUNT): string => `arn:aws:iam::${account}:group/${name}`;
const policy = (name: string): string => `arn:aws:iam::${ACCOUNT}:policy/${name}`;

function inventory(...accounts: readonly Account[]): Inventory {
  return inventoryOf(accounts.map((account) => readAuthorizationDetails("/x.json", authorizationDetails(account))));
}

function arns(found: readonly { readonly arn: string }[]): readonly string[] {
  return found.map(({ arn }) => arn);
}

describe("an inventory", () => {
  const known = inventory(
    {
      roles: { [role("ops/orders")]: [policy("team/read")], [role("orders-worker")]: [], [role("legacy")]: ["arn:aws:iam::aws:policy/ReadOnlyAccess"] },
      users: { [user("ann")]: { groups: ["analysts"] }, [user("bob")]: { attached: [policy("team/read")], groups: ["analysts", "support"] } },
      groups: { [group("analysts")]: [policy("team/read")], [group("support")]: [], [group("empty")]: [policy("lone")] },
      policies: { [policy("team/read")]: 3, [policy("lone")]: 1, [policy("unused")]: 0, [policy("hidden")]: 1 },
    },
    { roles: { "arn:aws-cn:iam::444455556666:role/orders": [] }, groups: { [group("analysts", "444455556666")]: [] } },
  );

  test("knows its accounts", () => {
    expect([...known.accounts]).toEqual(["444455556666", ACCOUNT]);
  });

  test("finds principals by name whatever their path, by pattern and by ARN", () => {
    const named = (kind: "role" | "user" | "group", name: string): readonly string[] => arns(known.principalsFor({ kind, name: { kind: "literal", name } }));
    expect(named("role", "orders")).toEqual(["arn:aws-cn:iam::444455556666:role/orders", role("ops/orders")]);
    expect(named("user", "orders")).toEqual([]);
    expect(named("group", "analysts")).toEqual([group("analysts"), group("analysts", "444455556666")]);
    const pattern = { kind: "pattern", regex: "^orders-.*$", fixed: 7, shown: "orders-<x>", id: "orders-" } as const;
    expect(arns(known.principalsFor({ kind: "role", name: pattern }))).toEqual([role("orders-worker")]);
    expect(arns(known.principalsFor({ kind: "user", name: pattern }))).toEqual([]);
    expect(arns(known.principalsFor({ kind: "role", name: { ...pattern, fixed: 3 } }))).toEqual([]);
    expect(arns(known.principalsFor({ kind: "role", name: { kind: "arn", arn: "arn:aws:iam::*:user/*" } }))).toEqual([user("ann"), user("bob")]);
  });

  test("knows who has a policy, through groups too, and whether that is everyone", () => {
    const policies = (name: string): unknown => known.policiesNamed({ kind: "literal", name }).map(({ arn, grantsTo, shown }) => [arn, arns(grantsTo), shown]);
    expect(policies("read")).toEqual([[policy("team/read"), [role("ops/orders"), user("ann"), user("bob")], "all"]]);
    expect(policies("lone")).toEqual([[policy("lone"), [], "all"]]);
    expect(policies("unused")).toEqual([[policy("unused"), [], "all"]]);
    expect(policies("hidden")).toEqual([[policy("hidden"), [], "some"]]);
    expect(policies("ReadOnlyAccess")).toEqual([]);
  });

  test("two exports of one account add up", () => {
    const both = inventory(
      { roles: { [role("a")]: [policy("p")] }, policies: { [policy("p")]: 1 } },
      { roles: { [role("a")]: [], [role("b")]: [policy("p")] }, policies: { [policy("p")]: 1 } },
    );
    expect(both.policiesNamed({ kind: "literal", name: "p" }).map(({ grantsTo }) => arns(grantsTo))).toEqual([[role("a"), role("b")]]);
  });
});

describe("its files", () => {
  const one = authorizationDetails({ roles: { [role("a")]: [] } });
  const two = authorizationDetails({ roles: { [role("b")]: [] } }, { IsTruncated: true, Marker: "AAA" });

  test("pages and several accounts in a file, UTF-16 and a byte order mark", () => {
    expect(readAuthorizationDetails("/x.json", `${two}\n${one}`).roles.map(({ arn }) => arn)).toEqual([role("b"), role("a")]);
    expect(readAuthorizationDetails("/x.json", `[${two},${one}]`).roles).toHaveLength(2);
    const folder = workspace({ "a.json": one, "b.json": `\uFEFF${authorizationDetails({ roles: { [role("b")]: [] } })}` });
    const loaded = loadInventory([`${folder}/a.json`, `${folder}/b.json`]);
    expect(loaded?.principalsFor({ kind: "role", name: { kind: "arn", arn: "*" } })).toHaveLength(2);
    expect(loadInventory([`${folder}/a.json`, `${folder}/b.json`])).toBe(loaded);
    expect(loadInventory([])).toBeNull();
    const before = inventoryFingerprint([`${folder}/a.json`]);
    put(folder, "a.json", `${one}\n\n`);
    expect(inventoryFingerprint([`${folder}/a.json`])).not.toBe(before);
  });

  const REMEDY = ": export it with `aws iam get-account-authorization-details --output json`.";
  test.each([
    ["{}", "/x.json: this is not the output of get-account-authorization-details but an empty object" + REMEDY],
    ['{"findings": []}', '/x.json: this is not the output of get-account-authorization-details but an object with "findings"' + REMEDY],
    ['{"RoleDetailList": []}', "/x.json: there is no user, role or group in it" + REMEDY],
    ['{"RoleDetailList": {}}', "/x.json, RoleDetailList: expected a list" + REMEDY],
    [`{"RoleDetailList": [{"Arn": "${role("a")}"}, {"Arn": 7}]}`, "/x.json, RoleDetailList, entry 2, Arn: expected an ARN" + REMEDY],
    ['{"RoleDetailList": [{"RoleName": "a"}]}', "/x.json, RoleDetailList, entry 1, Arn: expected an ARN" + REMEDY],
    [`{"UserDetailList": [{"Arn": "${user("a")}", "GroupList": [1]}]}`, "/x.json, UserDetailList, entry 1, GroupList, entry 1: expected the name of a group" + REMEDY],
    [two, "/x.json: the last page of the answer is missing (it is truncated): export it again without --max-items and --no-paginate."],
    [authorizationDetails({ roles: { [role("b")]: [] } }, { NextToken: "A" }), "/x.json: the last page of the answer is missing (it is truncated): export it again without --max-items and --no-paginate."],
    [authorizationDetails({ roles: { [role("b")]: [] } }, { IsTruncated: null, Marker: "A" }), "/x.json: the last page of the answer is missing (it is truncated): export it again without --max-items and --no-paginate."],
    [
      `${authorizationDetails({ roles: { [role("b")]: [] } }, { IsTruncated: true })}\n${authorizationDetails({ roles: { "arn:aws:iam::444455556666:role/b": [] } })}`,
      "/x.json: the last page of the answer is missing (it is truncated): export it again without --max-items and --no-paginate.",
    ],
    ["", "/x.json: the file is empty: run the command that should have written it again, or delete the file."],
    ["{", "/x.json, line 1: the JSON is truncated, what begins here is never closed: export the inventory again, or delete the file."],
  ])("%s", (text, message) => {
    expect(() => readAuthorizationDetails("/x.json", text)).toThrow(new BadInput(message));
  });
});
