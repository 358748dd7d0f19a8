import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { read } from "./read.js";
import { granted, synthesise } from "./synthesise.js";

// Every action of this stack is granted once: whoever has it in the template is whom the dialect must have named.

it("roles lie where aws-cdk-lib puts them", () => {
  const text = readFileSync(fileURLToPath(new URL("../../../fixtures/cdk/role-slots/slots-stack.ts", import.meta.url)), "utf8");
  const { documents, opaque } = read(text);
  expect(opaque).toEqual([]);
  const named = documents.flatMap(({ statements, attachment }) =>
    statements.flatMap((statement) =>
      statement.actions.map(({ value }) => [value, attachment.principals.map(({ name }) => (name.kind === "pattern" ? name.id : "")).join()] as const),
    ),
  );
  const roles = [...granted(synthesise(text)).roles];
  const holders = named.map(([action]) => {
    const all = roles.filter(([, { grants }]) => grants.some((grant) => grant.action === action));
    return [action, all.map(([id]) => id.slice(id.lastIndexOf("/") + 1)).join()] as const;
  });
  expect(named.length).toBeGreaterThan(20);
  expect(Object.fromEntries(named)).toEqual(Object.fromEntries(holders));
}, 60_000);
