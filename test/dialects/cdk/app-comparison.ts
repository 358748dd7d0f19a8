import { matchesName, type PrincipalReference } from "../../../src/model/principal.js";
import { inProject } from "../../../src/dialects/cdk/across-files/cdk-project.js";
import { createdPrincipals } from "../../../src/dialects/cdk/principals.js";
import { appFiles, locateIn, type AppFiles, type SynthesisedStack } from "./app-projects.js";

/** What is said of whom: `Prod/Api OrdersRole1234ABCD`. */
export interface Comparison {
  /** What the sources say and the templates do not, or the other way round. */
  readonly wrong: readonly string[];
  /** Actions whose principals are all known, and those of which the sources say that more may have them. */
  readonly known: number;
  readonly open: number;
  /** By action, why it is open. */
  readonly whys: readonly string[];
  /** Principals of the templates, and how many of them the sources name. */
  readonly principals: number;
  readonly found: number;
}

const KINDS: Readonly<Record<string, PrincipalReference["kind"]>> = { "AWS::IAM::Role": "role", "AWS::IAM::User": "user", "AWS::IAM::Group": "group" };
const NAMES = { role: "RoleName", user: "UserName", group: "GroupName" } as const;

interface Deployed {
  readonly kind: PrincipalReference["kind"];
  /** As an account might call it. */
  readonly name: string;
  readonly actions: Set<string>;
}

/** Every action must be unique to the place in the source that grants it. */
export function compare(files: AppFiles, stacks: readonly SynthesisedStack[]): Comparison {
  const elsewhere = new Set<string>();
  const deployed = deployedIn(stacks, elsewhere);
  const paths = new Set(stacks.map(({ path }) => path));
  const wrong: string[] = [];
  const whys: string[] = [];
  const found = new Set<string>();
  let known = 0;
  const around = appFiles(files);
  for (const path of Object.keys(files).filter((name) => name.endsWith(".ts"))) {
    const file = inProject(`/project/${path}`, files[path] ?? "", around.tree?.({ path: `/project/${path}`, text: files[path] ?? "" }), around);
    const created = file === null ? null : createdPrincipals(file);
    for (const { principal } of created?.principals ?? []) {
      found.add(keyOf(principal));
      // A role that is only made where no other is given may never be made.
      if (deployed.has(keyOf(principal))) wrong.push(...misnamed(principal, deployed).map((what) => `${path}: ${what}`));
    }
    for (const { statements, attachment } of locateIn(files, path, around).documents) {
      for (const action of statements.flatMap(({ actions }) => actions.map(({ value }) => value))) {
        if (elsewhere.has(action)) continue;
        const real = [...deployed].filter(([, { actions }]) => actions.has(action)).map(([key]) => key).sort();
        // Of what is created in a loop, the sources say that they do not know how many there are; a stack that nothing creates is
        // only known by its class.
        const counted = attachment.principals.filter((principal) => !isSeveral(principal) && paths.has(stackOf(principal)));
        const said = [...new Set(counted.map(keyOf))].sort();
        wrong.push(...counted.flatMap((principal) => misnamed(principal, deployed).map((what) => `${action}: ${what}`)));
        if (attachment.open.length === 0 && counted.length === attachment.principals.length) {
          known += 1;
          if (JSON.stringify(real) !== JSON.stringify(said)) wrong.push(`${action}: ${said.join(", ")} instead of ${real.join(", ")}`);
        } else {
          if (real.length > 0) whys.push(`${action}: ${attachment.open.join("; ")}`);
          const more = said.filter((key) => !real.includes(key));
          if (more.length > 0) wrong.push(`${action}: also ${more.join(", ")}`);
        }
      }
    }
  }
  return { wrong, known, open: whys.length, whys, principals: deployed.size, found: [...deployed.keys()].filter((key) => found.has(key)).length };
}

function keyOf(principal: PrincipalReference): string {
  const { declared, address } = principal;
  return declared === undefined ? `? ${address}` : `${stackOf(principal)} ${declared.address}`;
}

function isSeveral({ name, declared }: PrincipalReference): boolean {
  return declared?.in.includes("<") === true && name.kind === "pattern" && name.deployments?.length === 0;
}

function stackOf({ declared }: PrincipalReference): string {
  return declared?.in.slice(declared.in.indexOf("#") + 1) ?? "";
}

function misnamed(principal: PrincipalReference, deployed: ReadonlyMap<string, Deployed>): readonly string[] {
  const real = deployed.get(keyOf(principal));
  if (real === undefined) return [`there is no ${keyOf(principal)}`];
  if (real.kind !== principal.kind) return [`${keyOf(principal)} is a ${real.kind}`];
  return matchesName(principal.name, real.name) ? [] : [`${keyOf(principal)} is called ${real.name}, not ${JSON.stringify(principal.name)}`];
}

/** `elsewhere`: the actions of policies that are attached to principals of other stacks, whose names pass through outputs. */
function deployedIn(stacks: readonly SynthesisedStack[], elsewhere: Set<string>): ReadonlyMap<string, Deployed> {
  const deployed = new Map<string, Deployed>();
  for (const { path, name, template } of stacks) {
    for (const [id, { Type, Properties = {} }] of Object.entries(template.Resources)) {
      const kind = KINDS[Type];
      if (kind === undefined) continue;
      const given = Properties[NAMES[kind]];
      const actions = new Set(listOf(Properties["Policies"]).flatMap(actionsOf));
      deployed.set(`${path} ${id}`, { kind, name: typeof given === "string" ? given : generated(name ?? "Parent-NestedStackResource1A2B3C4D-ABCDEFGHIJKL", id), actions });
    }
    for (const { Type, Properties = {} } of Object.values(template.Resources)) {
      if (Type !== "AWS::IAM::Policy" && Type !== "AWS::IAM::ManagedPolicy") continue;
      for (const reference of ["Roles", "Users", "Groups"].flatMap((list) => listOf(Properties[list]))) {
        const { Ref } = reference as { readonly Ref?: string };
        const own = deployed.get(`${path} ${Ref ?? ""}`);
        for (const action of actionsOf(Properties)) (own?.actions ?? elsewhere).add(action);
      }
    }
  }
  return deployed;
}

/** As CloudFormation does it: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-name.html */
function generated(stack: string, id: string): string {
  const room = 50;
  if (stack.length + id.length <= room) return `${stack}-${id}-AbCdEfGhIjKl`;
  const half = room / 2;
  const own = Math.min(stack.length, Math.max(half, room - id.length));
  return `${stack.slice(0, own)}-${id.slice(0, room - own)}-AbCdEfGhIjKl`;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function actionsOf(policy: unknown): readonly string[] {
  const { PolicyDocument } = policy as { readonly PolicyDocument?: { readonly Statement: readonly { readonly Action: unknown }[] } };
  return (PolicyDocument?.Statement ?? []).flatMap(({ Action }) => (Array.isArray(Action) ? Action : [Action]).map(String));
}
