import fc from "fast-check";
import { expect, test } from "vitest";
import type { PrincipalReference } from "../../../src/model/principal.js";
import { NO_MODULES } from "../../../src/dialects/cdk/across-files/modules.js";
import { candidatesFor, rivals } from "../../../src/dialects/cdk/rivals.js";

const IAM = 'import { Role } from "aws-cdk-lib/aws-iam";\n';
const ORDERS: PrincipalReference = { kind: "role", address: "Orders", name: { kind: "literal", name: "orders" } };

function candidates(text: string): readonly string[] {
  const source = { path: "/app/lib/stack.ts", text: IAM + text };
  return candidatesFor(ORDERS, { ...NO_MODULES, files: new Map([[source.path, source]]) }, "/app").map(({ path }) => path);
}

test.each([
  ['new Role(this, "R", { roleName: "orders", assumedBy });'],
  ["new Role(this, 'R', { assumedBy, roleName: 'orders' });"],
  ["new Role(this, 'R', { roleName: `orders` });"],
  ["new Role(this, 'R', { roleName: `${prefix}ders` });"],
  ['new Role(this, "R", { roleName: "or" + "ders" });'],
  ['new Role(this, "R", { roleName: "or"\n + "ders" });'],
  ['new Role(this, "R", { roleName: "\\u006frders" });'],
  ['new Role(this, "R", { roleName: props.name });'],
  ['new Role(this, "R", { roleName: "or".concat("ders") });'],
  ['new Role(this, "R", { "roleName": "orders" });'],
  ['new Role(this, "R", { roleName });'],
  ['properties.roleName = "orders";'],
  // It may create more than it shows.
  ['new Role(this, "R", { roleName: "invoices" });\nRole.fromRoleName(this, "O", "orders");'],
])("%s may create the role", (text) => {
  expect(candidates(text)).toEqual(["/app/lib/stack.ts"]);
});

test.each([
  ['new Role(this, "R", { roleName: "invoices", assumedBy });'],
  ['new Role(this, "R", { roleName: "invoices" });\nnew Role(this, "S", { roleName: "orders-api" });'],
  ['new Role(this, "orders");'],
])("%s is not parsed for it", (text) => {
  expect(candidates(text)).toEqual([]);
});

test("a name stands between two quotes of one kind", () => {
  const piece = fc.constantFrom('"', "'", "`", "orders", "a", " ", "\n");
  fc.assert(
    fc.property(fc.array(piece).map((pieces) => pieces.join("")), fc.array(piece, { minLength: 1 }).map((pieces) => pieces.join("")), (text, name) => {
      const isQuoted = ['"', "'", "`"].some((quote) => text.includes(quote + name + quote));
      expect(rivals({ path: "/app/stack.ts", text }, { ...ORDERS, name: { kind: "literal", name } })).toBe(isQuoted);
    }),
  );
});
