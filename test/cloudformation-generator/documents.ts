import { NO_COMMENT } from "../end-to-end/print.js";
import type { DocumentCase, StatementCase } from "../terraform-generator/documents.js";
import type { Random } from "../terraform-generator/random.js";
import { call, list, map, NO_VALUE, ref, scalar, sub, when, type Item, type Member, type Node } from "./nodes.js";

/** Ways in which a document is spelled; those that are not plain leave open what is to be fixed of it. */
interface Spelling {
  readonly form: string;
  readonly make: (document: DocumentCase, random: Random, condition: () => string) => Node;
  readonly plain?: true;
}

const SPELLINGS: readonly Spelling[] = [
  { form: "plain", plain: true, make: (document, random) => policy(statements(document, random), random) },
  {
    form: "a statement under a condition",
    make: (document, random, condition) => {
      const nodes = statements(document, random);
      const at = random.int(nodes.length);
      return policy(nodes.map((item, index) => (index === at ? { ...item, node: when(condition(), item.node) } : item)), random);
    },
  },
  {
    form: "actions that a condition chooses",
    make: (document, random, condition) => policy(statements(document, random, (entries) => halves(entries, condition())), random),
  },
  {
    form: "an action under a condition",
    make: (document, random, condition) =>
      policy(
        statements(document, random, (entries) => {
          const at = random.int(entries.length);
          return { kind: "list", items: entries.map((item, index) => (index === at ? { ...item, node: when(condition(), item.node) } : item)) };
        }),
        random,
      ),
  },
  {
    form: "an action of a function",
    make: (document, random) =>
      policy(
        statements(document, random, (entries) => ({ kind: "list", items: [...entries, { node: random.pick([sub("s3:${Verb}Object"), ref("Verb")]), comment: NO_COMMENT }] })),
        random,
      ),
  },
  {
    form: "all statements chosen by a condition",
    make: (document, random, condition) => {
      const nodes = statements(document, random);
      const other = map({ Effect: scalar("Allow"), Action: list([scalar("cloudwatch:PutMetricData")]), Resource: scalar("*") });
      return map({ Version: scalar("2012-10-17"), Statement: when(condition(), { kind: "list", items: nodes }, random.pick([list([other]), NO_VALUE])) });
    },
  },
  {
    form: "a document that a condition chooses",
    make: (document, random, condition) => when(condition(), policy(statements(document, random), random), map({ Version: scalar("2012-10-17"), Statement: list([]) })),
  },
];

/** The value of a `PolicyDocument`. */
export function spelled(document: DocumentCase, random: Random, used: Set<string>, condition: () => string): Node {
  const chosen = random.chance(0.85) ? SPELLINGS[0] : random.pick(SPELLINGS);
  if (chosen === undefined) throw new Error("There is no spelling.");
  used.add(`spelled as ${chosen.form}`);
  if (chosen.plain !== true) document.open = true;
  return chosen.make(document, random, condition);
}

function halves(entries: readonly Item[], condition: string): Node {
  const middle = Math.ceil(entries.length / 2);
  const rest = entries.slice(middle);
  return when(condition, { kind: "list", items: entries.slice(0, middle) }, rest.length === 0 ? list([scalar("cloudwatch:GetMetricData")]) : { kind: "list", items: rest });
}

function policy(items: readonly Item[], random: Random): Node {
  const [only] = items;
  const single = items.length === 1 && only !== undefined && random.chance(0.2);
  const statement: Member = { key: "Statement", node: single ? only.node : { kind: "list", items }, comment: NO_COMMENT };
  const version: Member = { key: "Version", node: scalar("2012-10-17"), comment: NO_COMMENT };
  return { kind: "map", members: random.chance(0.1) ? [statement] : [version, statement] };
}

/** `actions` writes the value of `Action` another way than plainly. */
export function statements(document: DocumentCase, random: Random, actions: ((entries: readonly Item[]) => Node) | null = null): readonly Item[] {
  return document.statements.map((statement, index) => ({ node: statementNode(document, statement, index, random, actions), comment: statement.comment }));
}

function statementNode(document: DocumentCase, statement: StatementCase, index: number, random: Random, spell: ((entries: readonly Item[]) => Node) | null): Node {
  const id = `${String(document.id)}:${String(index)}`;
  const entries = statement.entries.map(({ value, comment }, at): Item => ({ node: scalar(value, `entry:${id}:${String(at)}`), comment }));
  const [only] = entries;
  const isSingle = statement.single && entries.length === 1 && only !== undefined;
  const action = spell !== null ? spell(entries) : isSingle ? only.node : ({ kind: "list", items: entries } as const);
  const name = `stmt-${String(document.id)}-${String(index)}/*`;
  const resource = random.pick([scalar(`arn:aws:s3:::${name}`), list([scalar(`arn:aws:s3:::${name}`)]), sub(`arn:\${AWS::Partition}:s3:::${name}`), call("Fn::Join", list([scalar(""), list([scalar("arn:aws:s3:::"), scalar(name)])]))]);
  const member = (key: string, node: Node): Member => ({ key, node, comment: NO_COMMENT });
  const others = [...(statement.sid ? [member("Sid", scalar(`Part${String(index)}Of${String(document.id)}`))] : []), member("Effect", scalar(statement.effect))];
  const own = member(statement.element, action);
  const last = [member("Resource", resource), ...(statement.condition ? [member("Condition", map({ Bool: map({ "aws:SecureTransport": scalar("true") }) }))] : [])];
  const members = statement.actionFirst ? [own, ...others, ...last] : [...others, own, ...last];
  return { kind: "map", members, mark: `statement:${id}` };
}
