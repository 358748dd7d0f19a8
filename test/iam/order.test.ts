import { expect, it } from "vitest";
import { alphabetically } from "../../src/iam/order.js";

it("alphabetical order disregards case, and then puts capitals first, however it was before", () => {
  const sorted = ["GET", "Get", "get", "GetAcl", "getObject", "PUT", "PutAcl"];
  expect([...sorted].reverse().sort(alphabetically)).toEqual(sorted);
  expect([...sorted].sort(alphabetically)).toEqual(sorted);
  expect(["get", "Get", "GET", "GET"].sort(alphabetically)).toEqual(["GET", "GET", "Get", "get"]);
  expect([alphabetically("Get", "get"), alphabetically("get", "Get"), alphabetically("Get", "Get")]).toEqual([-1, 1, 0]);
});
