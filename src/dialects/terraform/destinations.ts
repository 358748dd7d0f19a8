import type { Holder } from "../../model/policy.js";
import type { PrincipalKind } from "../../model/principal.js";
import { registryModule } from "./registry-modules.js";
import { siteAddress, type Site } from "./uses.js";

/**
 * What becomes of a policy's text or ARN where it is used.
 *
 * - `principals`: it grants to whom the attributes of the site's block name (`self`: to the block itself).
 * - `follow`: it goes on to another node.
 * - `input`: it becomes an argument of a module; `clause` holds where that module cannot be read.
 * - `output`: it goes to whoever calls the module; `clause` holds where nobody does.
 * - `open`: it leaves what the source shows.
 * - `locked`: it is also something other than an identity policy; `isPolicy` when that is a policy of another kind.
 * - `none`: it grants nothing there.
 */
export type Destination =
  | { readonly kind: "principals"; readonly holder: Holder | null; readonly by: readonly Grant[] }
  | { readonly kind: "follow"; readonly target: string; readonly holder: Holder | null; readonly locked: string | null }
  | { readonly kind: "input"; readonly module: string; readonly name: string; readonly clause: string }
  | { readonly kind: "output"; readonly name: string; readonly clause: string }
  | { readonly kind: "open"; readonly clause: string }
  | { readonly kind: "locked"; readonly clause: string; readonly isPolicy: boolean }
  | { readonly kind: "none" };

export interface Grant {
  readonly principal: PrincipalKind;
  /** The attribute that names the principals; null when the block itself is the principal. */
  readonly attribute: string | null;
}

const NONE: Destination = { kind: "none" };

function grants(holder: Holder | null, ...by: readonly [PrincipalKind, string | null][]): Destination {
  return { kind: "principals", holder, by: by.map(([principal, attribute]) => ({ principal, attribute })) };
}

/**
 * The attributes that carry identity policies, by `type.attribute`.
 * https://registry.terraform.io/providers/hashicorp/aws/latest/docs (IAM)
 */
const CARRYING: ReadonlyMap<string, Destination> = new Map([
  ["aws_iam_role_policy.policy", grants("role", ["role", "role"])],
  ["aws_iam_user_policy.policy", grants("user", ["user", "user"])],
  ["aws_iam_group_policy.policy", grants("group", ["group", "group"])],
  ["aws_ssoadmin_permission_set_inline_policy.inline_policy", grants(null, ["role", "permission_set_arn"])],
  ["aws_iam_role.inline_policy.policy", grants("role", ["role", null])],
  // The provider takes inline_policy = [{ … }] for the blocks, too.
  ["aws_iam_role.inline_policy", grants("role", ["role", null])],
  ["aws_iam_role.managed_policy_arns", grants(null, ["role", null])],
  ["aws_iam_role_policy_attachment.policy_arn", grants(null, ["role", "role"])],
  ["aws_iam_user_policy_attachment.policy_arn", grants(null, ["user", "user"])],
  ["aws_iam_group_policy_attachment.policy_arn", grants(null, ["group", "group"])],
  ["aws_iam_policy_attachment.policy_arn", grants(null, ["role", "roles"], ["user", "users"], ["group", "groups"])],
  ["aws_iam_role_policy_attachments_exclusive.policy_arns", grants(null, ["role", "role_name"])],
  ["aws_iam_user_policy_attachments_exclusive.policy_arns", grants(null, ["user", "user_name"])],
  ["aws_iam_group_policy_attachments_exclusive.policy_arns", grants(null, ["group", "group_name"])],
]);

/** Attributes whose value is no policy and tells nobody of one. */
const SILENT: ReadonlySet<string> = new Set(["description", "tags", "tags_all", "triggers", "keepers", "depends_on"]);

/** Attributes of IAM resources that say who and what it is called; seen when one `for_each` serves them and the policy. */
const NAMING: ReadonlySet<string> = new Set([
  "name",
  "name_prefix",
  "path",
  "role",
  "roles",
  "role_name",
  "user",
  "users",
  "user_name",
  "group",
  "groups",
  "group_name",
]);

export function destinationOf(site: Site): Destination {
  const address = siteAddress(site);
  if (site.arrival?.kind === "node") return { kind: "follow", target: site.arrival.node, holder: null, locked: null };
  if (site.arrival?.kind === "lost") return { kind: "locked", clause: site.arrival.clause, isPolicy: true };
  const [attribute = ""] = site.path;
  switch (site.block) {
    case "locals":
      return { kind: "follow", target: address, holder: null, locked: null };
    case "data":
      return site.type === "aws_iam_policy_document" ? documentDestination(site.path, address) : { kind: "open", clause: `${address} reads it` };
    case "resource":
      break;
    case "output":
      return { kind: "output", name: site.name, clause: `${address} hands it on` };
    case "provider":
      return { kind: "locked", clause: `it is also a session policy of ${address}`, isPolicy: true };
    case "removed":
      return { kind: "open", clause: `a removed block leaves ${site.type}.${site.name} in place, and the source no longer says what it attaches` };
    case "module":
      return inputDestination(site, attribute) ?? { kind: "input", module: site.name, name: attribute, clause: `it is passed to ${address}` };
    default:
      return { kind: "open", clause: `it is also used in ${address}` };
  }
  if (site.type === "aws_iam_policy" && attribute === "policy") return { kind: "follow", target: address, holder: "managed", locked: null };
  const carrying = CARRYING.get([site.type, ...site.path].join("."));
  if (carrying !== undefined) return carrying;
  if (SILENT.has(attribute) || (site.type.startsWith("aws_iam_") && NAMING.has(site.path.at(-1) ?? ""))) return NONE;
  const path = site.path.join(".");
  return { kind: "locked", clause: `it is also used as ${path} of ${address}`, isPolicy: /polic(?:y|ies)|boundary/u.test(path) || site.type.includes("policy") };
}

/** What a known module does with an input. */
function inputDestination({ type, name }: Site, attribute: string): Destination | null {
  const module = registryModule(type);
  const input = module?.inputs[attribute];
  if (module === null || input === undefined) return null;
  const { holder, principal, overrides } = input;
  if (overrides === true) return { kind: "locked", clause: `it overrides statements of module "${name}"`, isPolicy: false };
  if (principal === null) return { kind: "follow", target: `module.${name}.arn`, holder, locked: null };
  const kind = module.principals[principal]?.kind;
  return kind === undefined ? null : grants(holder, [kind, principal]);
}

function documentDestination(path: readonly string[], address: string): Destination {
  switch (path[0]) {
    case "source_policy_documents":
    case "source_json":
      return { kind: "follow", target: address, holder: null, locked: null };
    case "override_policy_documents":
    case "override_json":
      return { kind: "follow", target: address, holder: null, locked: `it overrides statements of ${address}` };
    default:
      if (path.some((name) => name === "actions" || name === "not_actions")) return { kind: "open", clause: `${address} takes actions from it` };
      // An ARN among the resources or conditions of a statement attaches nothing.
      return NONE;
  }
}
