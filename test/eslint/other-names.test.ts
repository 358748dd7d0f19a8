import fc from "fast-check";
import { expect, test } from "vitest";
import { logicalId } from "../../src/dialects/cdk/logical-id.js";
import { anyNameOf } from "../../src/eslint/synthesised/other-names.js";
import { matchesName, type UnnamedCreation } from "../../src/model/principal.js";

function creation(id: UnnamedCreation["id"], below: readonly string[]): UnnamedCreation {
  return { clause: "", kind: "role", address: "", file: "", offset: 0, isDerived: false, isGenerated: true, id, below };
}

/** As CloudFormation does it: of what the tail leaves, each half keeps what the other does not need. */
function generated(stack: string, id: string, tail: string): string {
  const space = 64 - 2 - tail.length;
  const half = Math.floor(space / 2);
  const left = Math.min(stack.length, Math.max(half, space - id.length));
  return `${stack.slice(0, left)}-${id.slice(0, space - left)}-${tail}`;
}

test("every name that a creation may get in any synthesis fits", () => {
  const piece = fc.constantFrom("", "Red", "Fn", "Role", "ServiceRole", "Service", "Default", "Resource", "a/b", "x-y", "MyRole", "VeryLongNameOfATeamInTheOrganisation");
  const paths = fc.array(piece.filter((each) => each !== ""), { maxLength: 4 });
  const below = fc.constantFrom<readonly string[]>(["Resource"], ["ServiceRole", "Resource"], ["Role", "Resource"], []);
  fc.assert(
    fc.property(paths, piece, piece, below, fc.constantFrom("Demo", "A-much-longer-name-of-a-stack-than-that"), (above, unknown, known, end, stack) => {
      const own = unknown + known;
      if (own === "" || [...above, own].every((id) => id === "Default")) return;
      const path = [...above, own, ...end].map((id) => id.replaceAll("/", "--"));
      const any = anyNameOf(creation([null, known], end));
      const name = generated(stack, logicalId(path), "AbCdEfGhIjKl");
      if (any !== null) expect([name, matchesName(any, name)]).toEqual([name, true]);
    }),
    { numRuns: 3000, seed: 1 },
  );
});

test("what ends otherwise does not fit, and without a known end nothing is said", () => {
  const reader = anyNameOf(creation([null, "Reader"], ["Resource"]));
  expect(reader !== null && matchesName(reader, "Demo-RedWriter01234567-AbCdEfGhIjKl")).toBe(false);
  const fn = anyNameOf(creation([null, "Fn"], ["ServiceRole", "Resource"]));
  expect(fn !== null && matchesName(fn, "Demo-OtherServiceRole01234567-AbCdEfGhIjKl")).toBe(false);
  expect(fn !== null && matchesName(fn, "Demo-RedFnServiceRole01234567-AbCdEfGhIjKl")).toBe(true);
  expect(anyNameOf(creation([null], ["Resource"]))).toBeNull();
  expect(anyNameOf(creation([null, "source"], ["Resource"]))).toBeNull();
});
