import { expect, test } from "vitest";
import { identityPolicies, type IdentityPolicy } from "../../src/cdk-nag/policies.js";
import type { PrincipalReference } from "../../src/model/principal.js";
import { demoApp } from "./demo-app.js";

function shownName({ kind, name }: PrincipalReference): string {
  const text = name.kind === "literal" ? name.name : name.kind === "pattern" ? name.shown : name.arn;
  return `${kind} ${text}`;
}

function shown({ resource, property, holder, statements, attachment }: IdentityPolicy): string {
  const lines = [
    `${resource.node.node.path} (${resource.logicalId}) ${property}: ${holder}`,
    ...attachment.principals.map((principal) => `  for ${shownName(principal)}`),
    ...attachment.open.map((clause) => `  open: ${clause}`),
    ...statements.flatMap(({ effect, actions, hasNotAction, path }) =>
      hasNotAction ? [`  ${effect} NotAction at ${path}`] : actions.map((action) => `  ${effect} ${action.value} at ${action.path.slice(property.length + 1)}`),
    ),
  ];
  return lines.join("\n");
}

test("every identity policy of an app is found, with its principals in the same stack, other stacks and nested ones", async () => {
  const { app } = demoApp();
  app.synth();
  const { policies, opaque, principals } = identityPolicies(app);
  await expect(policies.map(shown).join("\n\n") + "\n").toMatchFileSnapshot("policies.txt");
  expect(opaque).toEqual([]);
  expect(principals.map(shownName)).toMatchInlineSnapshot(`
    [
      "role Shared-Crossed9917F484-<tail>",
      "role Demo-GeneratedRole0BDA1DCF-<tail>",
      "role orders-worker",
      "role Demo-FnServiceRoleB9001A96-<tail>",
      "role Demo-InlineRoleFDC07E58-<tail>",
      "role Demo-L1Role-<tail>",
      "group Demo-GroupC77FDACD-<tail>",
      "user operator",
      "role Demo-OuterRole22D2C106-<tail>",
      "role legacy-<AWS::Region>",
      "role Demo-InnerNestedStackInn<…>-InnerRoleDE044D4E-<tail>",
    ]
  `);
});
