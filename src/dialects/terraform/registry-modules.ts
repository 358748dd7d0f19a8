import type { Holder } from "../../model/policy.js";
import type { PrincipalKind } from "../../model/principal.js";
import type { HclBlock } from "../../syntax/hcl-nodes.js";
import { attributeOf, literalText } from "./expressions.js";

/**
 * What a module of the registry takes as a policy.
 *
 * - `json`: a policy's text, or a list or map of such.
 * - `statements`: a list or map of statements, spelled like the `statement` blocks of `aws_iam_policy_document`.
 * - `arns`: the ARN of a managed policy, or a list or map of such.
 */
export interface ModuleInput {
  readonly form: "json" | "statements" | "arns";
  readonly holder: Holder | null;
  /** Which of the module's principals gets it; null for a managed policy that others attach by the module's output `arn`. */
  readonly principal: string | null;
  /** Its statements replace others. */
  readonly overrides?: true;
}

/** How a module names a principal, from the inputs of the same call. */
export interface ModulePrincipal {
  readonly kind: PrincipalKind;
  /** The first of these inputs that is given is the name. */
  readonly names: readonly string[];
  /** The input that is a prefix of the name; it stands beside the names. */
  readonly prefix?: string;
  /** The boolean input that makes a prefix of the name: `<name>-` and a generated end. True by default. */
  readonly usePrefix?: string;
  /** Versions of the module append something to a name that comes from the input `extended`. */
  readonly extended?: string;
}

export interface RegistryModule {
  /** `lambda`, `iam//modules/iam-role`, as the registry and GitHub call it. */
  readonly id: string;
  readonly principals: Readonly<Record<string, ModulePrincipal>>;
  readonly inputs: Readonly<Record<string, ModuleInput>>;
}

function json(principal: string | null, holder: Holder): ModuleInput {
  return { form: "json", holder, principal };
}

function statements(principal: string, holder: Holder): ModuleInput {
  return { form: "statements", holder, principal };
}

function arns(principal: string): ModuleInput {
  return { form: "arns", holder: null, principal };
}

const INLINE: RegistryModule["inputs"] = {
  inline_policy_permissions: statements("role", "role"),
  source_inline_policy_documents: json("role", "role"),
  override_inline_policy_documents: { ...json("role", "role"), overrides: true },
};

const ROLE_NAME: ModulePrincipal = { kind: "role", names: ["role_name"], prefix: "role_name_prefix" };

/** Of modules of which the major versions differ, each has a path of its own. */
const MODULES: readonly RegistryModule[] = [
  {
    // https://github.com/terraform-aws-modules/terraform-aws-lambda/blob/master/iam.tf
    id: "lambda",
    principals: { role: { kind: "role", names: ["role_name", "function_name"] } },
    inputs: {
      policy_json: json("role", "managed"),
      policy_jsons: json("role", "managed"),
      policy_statements: statements("role", "managed"),
      policy: arns("role"),
      policies: arns("role"),
    },
  },
  // https://github.com/terraform-aws-modules/terraform-aws-iam/tree/master/modules, version 6
  { id: "iam//modules/iam-policy", principals: {}, inputs: { policy: json(null, "managed") } },
  {
    id: "iam//modules/iam-role",
    principals: { role: { kind: "role", names: ["name"], usePrefix: "use_name_prefix" } },
    inputs: { policies: arns("role"), ...INLINE },
  },
  {
    id: "iam//modules/iam-role-for-service-accounts",
    principals: { role: { kind: "role", names: ["name"], usePrefix: "use_name_prefix" } },
    inputs: {
      policies: arns("role"),
      permissions: statements("role", "managed"),
      source_policy_documents: json("role", "managed"),
      override_policy_documents: { ...json("role", "managed"), overrides: true },
      ...INLINE,
    },
  },
  { id: "iam//modules/iam-user", principals: { user: { kind: "user", names: ["name"] } }, inputs: { policies: arns("user"), policy_arns: arns("user") } },
  // https://github.com/terraform-aws-modules/terraform-aws-iam/tree/v5.60.0/modules
  { id: "iam//modules/iam-assumable-role", principals: { role: ROLE_NAME }, inputs: { custom_role_policy_arns: arns("role") } },
  { id: "iam//modules/iam-assumable-role-with-oidc", principals: { role: ROLE_NAME }, inputs: { role_policy_arns: arns("role") } },
  { id: "iam//modules/iam-assumable-role-with-saml", principals: { role: ROLE_NAME }, inputs: { role_policy_arns: arns("role") } },
  { id: "iam//modules/iam-eks-role", principals: { role: ROLE_NAME }, inputs: { role_policy_arns: arns("role") } },
  { id: "iam//modules/iam-role-for-service-accounts-eks", principals: { role: ROLE_NAME }, inputs: { role_policy_arns: arns("role") } },
  {
    // https://github.com/terraform-aws-modules/terraform-aws-ecs/blob/master/modules/service/main.tf
    id: "ecs//modules/service",
    principals: {
      tasks: { kind: "role", names: ["tasks_iam_role_name", "name"], extended: "name", usePrefix: "tasks_iam_role_use_name_prefix" },
      task_exec: { kind: "role", names: ["task_exec_iam_role_name", "name"], extended: "name", usePrefix: "task_exec_iam_role_use_name_prefix" },
    },
    inputs: {
      tasks_iam_role_statements: statements("tasks", "managed"),
      tasks_iam_role_policies: arns("tasks"),
      task_exec_iam_statements: statements("task_exec", "managed"),
      task_exec_iam_role_policies: arns("task_exec"),
    },
  },
];

const BY_ID: ReadonlyMap<string, RegistryModule> = new Map(MODULES.map((module) => [module.id, module]));

export function registryModule(id: string): RegistryModule | null {
  return BY_ID.get(id) ?? null;
}

const REGISTRY = /^(?:registry\.(?:terraform\.io|opentofu\.org)\/)?terraform-aws-modules\/([\w-]+)\/aws(\/\/[\w/-]+)?$/u;
const GITHUB = /^(?:git::)?(?:(?:https|ssh):\/\/)?(?:git@)?github\.com[/:]terraform-aws-modules\/terraform-aws-([\w-]+?)(?:\.git)?(\/\/[\w/-]+)?(?:\?[\w=&.-]*)?$/u;

/** The module that a `module` block calls, if it is one of those that are known. */
export function calledModule(block: HclBlock): RegistryModule | null {
  const source = attributeOf(block.body, "source");
  return source === null ? null : moduleFrom(literalText(source));
}

/** The known module that a source names. */
export function moduleFrom(source: string | null): RegistryModule | null {
  const found = source === null ? null : (REGISTRY.exec(source) ?? GITHUB.exec(source));
  return found === null ? null : registryModule(`${found[1] ?? ""}${found[2] ?? ""}`);
}
