import * as z from "zod/mini";
import { badPlace, type BadInput, type Place } from "../findings/bad-input.js";
import { isObject, jsonValues, shown, type Exported, type JsonObject } from "../findings/json-values.js";
import type { PrincipalKind } from "../model/principal.js";
import { principalAt, type DeployedPrincipal, type Deployment } from "./deployment.js";

export const STATE: Exported = { what: "the state", how: "with `terraform show -json`" };

const REMEDY = "write it with `terraform show -json`, or `terraform state pull`";

/** The resources that are principals. */
const KINDS: ReadonlyMap<string, PrincipalKind> = new Map([
  ["aws_iam_role", "role"],
  ["aws_iam_user", "user"],
  ["aws_iam_group", "group"],
]);

// The message of each check completes "expected …". Values of other resources are nobody's business here, secrets among them.
const text = z.string("a text");
const values = z.unknown();

/** https://developer.hashicorp.com/terraform/internals/json-format#values-representation */
const shownResource = z.object(
  { address: text, mode: text, type: text, values: z.optional(values), deposed_key: z.nullish(text) },
  "a resource",
);

const shownModule = z.object(
  {
    resources: z.nullish(z.array(shownResource, "a list")),
    get child_modules() {
      return z.nullish(z.array(shownModule, "a list"));
    },
  },
  "a module",
);

const shownState = z.object({ values: z.nullish(z.object({ root_module: z.nullish(shownModule) }, "an object")) }, "a state");

const shownPlan = z.object({ prior_state: z.nullish(shownState) }, "a plan");

/** What Terraform itself keeps, in version 4 of its format (Terraform 0.12 and later, OpenTofu). */
const storedState = z.object(
  {
    resources: z.nullish(
      z.array(
        z.object(
          {
            module: z.nullish(text),
            mode: text,
            type: text,
            name: text,
            instances: z.array(
              z.object(
                { index_key: z.nullish(z.union([text, z.number()], "a text or number")), deposed: z.nullish(text), attributes: z.optional(values) },
                "an instance",
              ),
              "a list",
            ),
          },
          "a resource",
        ),
        "a list",
      ),
    ),
  },
  "a state",
);

type ShownModule = z.infer<typeof shownModule>;
type StoredState = z.infer<typeof storedState>;

/** Reads a state: as `terraform show -json` prints it, in a plan, or as Terraform keeps it. Throws `BadInput`. */
export function readState(path: string, text: string): readonly Deployment[] {
  const read = jsonValues(path, text, STATE);
  return read.map(({ value, line }) => ({ stack: null, principals: principalsIn(value, read.length === 1 ? [path] : [path, `line ${String(line)}`]) }));
}

function principalsIn(state: unknown, place: Place): readonly DeployedPrincipal[] {
  if (!isObject(state)) throw notAState(state, place);
  if ("encrypted_data" in state) throw badPlace(place, "the state is encrypted", "write it with `tofu show -json`");
  if ("format_version" in state) return shownPrincipals(state, place);
  if (!("version" in state) || !("terraform_version" in state || "serial" in state)) throw notAState(state, place);
  const { version } = state;
  if (version !== 4) throw badPlace(place, `this is a state of version ${shown(version)}, and only version 4 is read`, `${REMEDY}, of Terraform 0.12 or later`);
  return storedPrincipals(parsed(storedState, state, place));
}

function notAState(value: unknown, place: Place): BadInput {
  return badPlace(place, `this is not a Terraform state but ${shown(value)}`, REMEDY);
}

function shownPrincipals(state: JsonObject, place: Place): readonly DeployedPrincipal[] {
  const isPlan = "planned_values" in state || "resource_changes" in state || "prior_state" in state;
  if (!isPlan && "configuration" in state) throw notAState(state, place);
  const shownValues = isPlan ? parsed(shownPlan, state, place).prior_state?.values : parsed(shownState, state, place).values;
  return modulePrincipals(shownValues?.root_module ?? {});
}

function modulePrincipals({ resources, child_modules: children }: ShownModule): readonly DeployedPrincipal[] {
  const own = (resources ?? []).flatMap(({ address, mode, type, values: attributes, deposed_key: deposed }) =>
    mode === "managed" && (deposed ?? null) === null ? principalOf(address, type, attributes) : [],
  );
  return [...own, ...(children ?? []).flatMap(modulePrincipals)];
}

function storedPrincipals({ resources }: StoredState): readonly DeployedPrincipal[] {
  return (resources ?? []).flatMap(({ module, mode, type, name, instances }) => {
    if (mode !== "managed" || !KINDS.has(type)) return [];
    const address = `${module === null || module === undefined ? "" : `${module}.`}${type}.${name}`;
    return instances.flatMap(({ index_key: key, deposed, attributes }) => {
      // What is deposed is about to be destroyed, and something else has its address.
      if ((deposed ?? null) !== null) return [];
      return principalOf(key === null || key === undefined ? address : `${address}[${JSON.stringify(key)}]`, type, attributes);
    });
  });
}

function principalOf(address: string, type: string, attributes: unknown): readonly DeployedPrincipal[] {
  const kind = KINDS.get(type);
  const arn = isObject(attributes) ? attributes["arn"] : null;
  const principal = kind === undefined || typeof arn !== "string" ? null : principalAt(address, kind, arn);
  return principal === null ? [] : [principal];
}

function parsed<Value>(schema: z.ZodMiniType<Value>, value: unknown, place: Place): Value {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const path = (issue?.path ?? []).map((key) => (typeof key === "number" ? `[${String(key)}]` : `.${String(key)}`)).join("");
  throw badPlace([...place, path.replace(/^\./u, "")], `expected ${issue?.message ?? "something else"}`, REMEDY);
}
