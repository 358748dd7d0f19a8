import { addPrincipal, eachText, localValue, referencesTo, resource, someName, type Builder, type Source, type Visible } from "./builder.js";
import { literal } from "./names.js";
import { envsOf, grant, ONCE, text, UNSAID, type Expr, type Kind, type World, type Inst } from "./world.js";

/** One way to give a policy to principals. */
export interface AttachmentForm {
  readonly form: string;
  /** A policy that is written where it is used cannot be used twice. */
  readonly once: boolean;
  readonly attach: (builder: Builder, source: Source, principals: readonly [Visible, ...Visible[]]) => void;
}

function label(builder: Builder): string {
  return `x${builder.project.nextWord().replaceAll("-", "_")}`;
}

function effect(builder: Builder, does: (inst: Inst, world: World) => void): void {
  builder.module.effects.push(does);
}

/** Grants in one instance of a block that stands for itself. */
function grantTo(builder: Builder, { kind, name }: Visible, policy: Expr): void {
  effect(builder, (inst, world) => {
    const [env] = envsOf(ONCE, inst);
    if (env !== undefined) grant(world, inst, kind, text(name.value(env)), policy.value(env));
  });
}

function grantToAll(builder: Builder, block: NonNullable<Visible["block"]>, policy: Expr): void {
  effect(builder, (inst, world) => {
    for (const env of envsOf(block.repeat, inst)) grant(world, inst, block.kind, text(block.name.value(env)), policy.value(env));
  });
}

/** A managed policy; its ARN stands for itself and for the documents of its text. */
export function managedPolicy(builder: Builder, { json }: Source): Expr {
  const { random } = builder.project;
  const name = label(builder);
  resource(builder, "aws_iam_policy", name, [
    random.chance(0.2) ? "" : random.chance(0.2) ? `name_prefix = "${builder.project.nextWord()}-"` : `name = ${someName(builder, ONCE).text}`,
    `policy = ${json.text}`,
  ]);
  const token = (inst: Inst): string => `policy<${inst.id} ${name}>`;
  effect(builder, (inst, world) => {
    const [env] = envsOf(ONCE, inst);
    if (env !== undefined) world.policies.set(token(inst), json.value(env));
  });
  return { text: `aws_iam_policy.${name}.arn`, value: (env) => [token(env.inst), json.value(env)] };
}

function sameKind(principals: readonly Visible[], kind: Kind): readonly Visible[] {
  return principals.filter((each) => each.kind === kind);
}

function list(values: readonly Expr[]): string {
  return `[${values.map((value) => value.text).join(", ")}]`;
}

export const ATTACHMENT_FORMS: readonly AttachmentForm[] = [
  {
    form: "inline policies, each with its own reference to the text",
    once: false,
    attach(builder, { json }, principals) {
      for (const principal of principals) {
        resource(builder, `aws_iam_${principal.kind}_policy`, label(builder), [`${principal.kind} = ${principal.name.text}`, `policy = ${json.text}`]);
        grantTo(builder, principal, json);
      }
    },
  },
  {
    form: "one inline policy",
    once: true,
    attach(builder, { json }, [principal]) {
      resource(builder, `aws_iam_${principal.kind}_policy`, label(builder), [`${principal.kind} = ${principal.name.text}`, `policy = ${json.text}`]);
      grantTo(builder, principal, json);
    },
  },
  {
    form: "an inline policy for each of a set of names",
    once: true,
    attach(builder, { json }, principals) {
      const own = sameKind(principals, principals[0].kind);
      resource(builder, `aws_iam_${principals[0].kind}_policy`, label(builder), [
        `for_each = toset(${list(own.map(({ name }) => name))})`,
        `${principals[0].kind} = each.value`,
        `policy = ${json.text}`,
      ]);
      for (const principal of own) grantTo(builder, principal, json);
    },
  },
  {
    form: "inline policies for all instances of a principal",
    once: true,
    attach(builder, source, [principal]) {
      const { block } = principal;
      if (block === null) {
        formNamed("one inline policy").attach(builder, source, [principal]);
        return;
      }
      const { repeat } = block;
      const key = repeat.kind === "none" ? "" : repeat.kind === "count" ? "[count.index]" : "[each.key]";
      resource(builder, `aws_iam_${block.kind}_policy`, label(builder), [repeat.line, `${block.kind} = aws_iam_${block.kind}.${block.label}${key}.name`, `policy = ${source.json.text}`]);
      grantToAll(builder, block, source.json);
    },
  },
  {
    form: "an inline_policy block",
    once: true,
    attach(builder, source, [principal]) {
      const { block } = principal;
      if (block?.kind !== "role") {
        formNamed("one inline policy").attach(builder, source, [principal]);
        return;
      }
      block.lines.push(`inline_policy {\n    name = "${builder.project.nextWord()}"\n    policy = ${source.json.text}\n  }`);
      grantToAll(builder, block, source.json);
    },
  },
  {
    form: "attachments of a managed policy",
    once: true,
    attach(builder, source, principals) {
      attachPolicy(builder, managedPolicy(builder, source), principals);
    },
  },
  {
    form: "managed_policy_arns",
    once: true,
    attach(builder, source, principals) {
      const blocks = new Set(principals.map(({ block }) => block).filter((block) => block?.kind === "role"));
      const arn = managedPolicy(builder, source);
      if (blocks.size === 0) attachPolicy(builder, arn, principals);
      for (const block of blocks) {
        if (block === null) continue;
        if (block.lines.some((line) => line.startsWith("managed_policy_arns"))) attachPolicy(builder, arn, principals.filter((each) => each.block === block));
        else {
          block.lines.push(`managed_policy_arns = [${arn.text}, "arn:aws:iam::aws:policy/ReadOnlyAccess"]`);
          grantToAll(builder, block, arn);
        }
      }
    },
  },
  {
    form: "a managed policy per instance, attached instance by instance",
    once: true,
    attach(builder, source, [principal]) {
      const { block } = principal;
      if (block === null || block.repeat.kind === "none") {
        formNamed("attachments of a managed policy").attach(builder, source, [principal]);
        return;
      }
      const { repeat, kind } = block;
      const key = repeat.kind === "count" ? "[count.index]" : "[each.key]";
      const name = label(builder);
      const each = eachText(repeat, builder.project.random);
      resource(builder, "aws_iam_policy", name, [repeat.line, `name = "${name}-\${${each?.text ?? ""}}"`, `policy = ${source.json.text}`]);
      resource(builder, `aws_iam_${kind}_policy_attachment`, name, [repeat.line, `${kind} = aws_iam_${kind}.${block.label}${key}.name`, `policy_arn = aws_iam_policy.${name}${key}.arn`]);
      grantToAll(builder, block, source.json);
    },
  },
  {
    form: "a group",
    once: true,
    attach(builder, source, principals) {
      const users = sameKind(principals, "user");
      const members = users.length > 0 ? users : referencesTo(addPrincipal(builder, "user"), builder.project.random);
      if (members.length === 0) return;
      const group = label(builder);
      resource(builder, "aws_iam_group", group, [`name = ${someName(builder, ONCE).text}`]);
      resource(builder, "aws_iam_group_membership", group, [`name = "${group}"`, `group = aws_iam_group.${group}.name`, `users = ${list(members.map(({ name }) => name))}`]);
      if (builder.project.random.chance(0.5)) resource(builder, "aws_iam_group_policy", group, [`group = aws_iam_group.${group}.name`, `policy = ${source.json.text}`]);
      else resource(builder, "aws_iam_group_policy_attachment", group, [`group = aws_iam_group.${group}.name`, `policy_arn = ${managedPolicy(builder, source).text}`]);
      for (const member of members) grantTo(builder, member, source.json);
    },
  },
  {
    form: "a group that others may be in",
    once: true,
    attach(builder, source, principals) {
      const [user] = sameKind(principals, "user");
      const group = label(builder);
      resource(builder, "aws_iam_group", group, [`name = "${group}-team"`]);
      resource(builder, "aws_iam_group_policy", group, [`group = aws_iam_group.${group}.name`, `policy = ${source.json.text}`]);
      if (user !== undefined) {
        resource(builder, "aws_iam_user_group_membership", group, [`user = ${user.name.text}`, `groups = [aws_iam_group.${group}.name]`]);
        grantTo(builder, user, source.json);
      }
      grantOutside(builder, "user", source);
    },
  },
  {
    form: "also a resource policy",
    once: false,
    attach(builder, source, principals) {
      resource(builder, "aws_s3_bucket_policy", label(builder), ['bucket = "b"', `policy = ${source.json.text}`]);
      for (const document of source.documents) document.locked = true;
      formNamed("one inline policy").attach(builder, source, [principals[0]]);
    },
  },
  {
    form: "also a role that the source does not name",
    once: false,
    attach(builder, source, principals) {
      const name = label(builder);
      builder.blocks.push(`variable "${name}" {\n  type = string\n}\n`);
      if (builder.project.random.chance(0.5)) resource(builder, "aws_iam_role_policy", name, [`role = var.${name}`, `policy = ${source.json.text}`]);
      else resource(builder, "aws_iam_role_policy_attachment", name, [`role = var.${name}`, `policy_arn = ${managedPolicy(builder, source).text}`]);
      grantOutside(builder, "role", source);
      formNamed("one inline policy").attach(builder, source, [principals[0]]);
    },
  },
];

function formNamed(form: string): AttachmentForm {
  const found = ATTACHMENT_FORMS.find((each) => each.form === form);
  if (found === undefined) throw new Error(`no form "${form}"`);
  return found;
}

/** Somebody else gets it: who that is, only the deployment knows. */
export function grantOutside(builder: Builder, kind: Kind, { json, documents }: Source): void {
  for (const document of documents) document.open = true;
  grantTo(builder, { kind, name: literal(`outsider-${builder.project.nextWord()}${UNSAID}`), block: null }, json);
}

interface PolicyAttachmentForm {
  readonly form: string;
  readonly attach: (builder: Builder, arn: Expr, principals: readonly Visible[]) => void;
}

const POLICY_ATTACHMENT_FORMS: readonly PolicyAttachmentForm[] = [
  {
    form: "policy attachments",
    attach(builder, arn, principals) {
      for (const { kind, name } of principals) resource(builder, `aws_iam_${kind}_policy_attachment`, label(builder), [`${kind} = ${name.text}`, `policy_arn = ${arn.text}`]);
    },
  },
  {
    form: "one attachment for several",
    attach(builder, arn, principals) {
      const lines = (["role", "user"] as const).map((kind) => (sameKind(principals, kind).length === 0 ? "" : `${kind}s = ${list(sameKind(principals, kind).map(({ name }) => name))}`));
      resource(builder, "aws_iam_policy_attachment", label(builder), [`name = "${label(builder)}"`, ...lines, `policy_arn = ${arn.text}`]);
    },
  },
  {
    form: "exclusive attachments",
    attach(builder, arn, principals) {
      for (const { kind, name } of principals) resource(builder, `aws_iam_${kind}_policy_attachments_exclusive`, label(builder), [`${kind}_name = ${name.text}`, `policy_arns = [${arn.text}]`]);
    },
  },
  {
    form: "an attachment for each of an object",
    attach(builder, arn, principals) {
      for (const kind of ["role", "user"] as const) {
        const own = sameKind(principals, kind);
        if (own.length === 0) continue;
        const entries = own.map(({ name }, index) => `k${String(index)} = ${name.text}`);
        resource(builder, `aws_iam_${kind}_policy_attachment`, label(builder), [`for_each = { ${entries.join(", ")} }`, `${kind} = each.value`, `policy_arn = ${arn.text}`]);
      }
    },
  },
  {
    form: "an attachment by count",
    attach(builder, arn, principals) {
      for (const kind of ["role", "user"] as const) {
        const own = sameKind(principals, kind);
        if (own.length === 0) continue;
        const names = localValue(builder, { text: list(own.map(({ name }) => name)), value: () => "" });
        resource(builder, `aws_iam_${kind}_policy_attachment`, label(builder), [`count = length(${names.text})`, `${kind} = ${names.text}[count.index]`, `policy_arn = ${arn.text}`]);
      }
    },
  },
];

export function attachPolicy(builder: Builder, arn: Expr, principals: readonly Visible[]): void {
  const chosen = builder.project.random.pick(POLICY_ATTACHMENT_FORMS);
  builder.project.used.add(`managed: ${chosen.form}`);
  chosen.attach(builder, arn, principals);
  for (const principal of principals) grantTo(builder, principal, arn);
}
