import type { Builder } from "./builder.js";
import { call, list, map, ref, scalar, sub, when, type Node } from "./nodes.js";
import { generatedName, type NameCase, type Stack } from "./world.js";

interface NameForm {
  readonly form: string;
  /** Does it differ from stack to stack? */
  readonly tellsStacks: boolean;
  readonly make: (builder: Builder, id: string) => { readonly node: Node; readonly name: NameCase };
}

const named = (exact: boolean, of: (stack: Stack) => string): NameCase => ({ exact, generated: false, of });

/** Ways of giving a name to a role or user. */
export const NAME_FORMS: readonly NameForm[] = [
  {
    form: "a literal",
    tellsStacks: false,
    make: ({ project }) => {
      const word = project.nextWord();
      return { node: project.random.pick([scalar(word), scalar(word), sub(word)]), name: named(true, () => word) };
    },
  },
  {
    form: "the stack's name",
    tellsStacks: true,
    make: ({ project }) => {
      const word = project.nextWord();
      const node = project.random.pick([sub(`\${AWS::StackName}-${word}`), call("Fn::Join", list([scalar("-"), list([ref("AWS::StackName"), scalar(word)])]))]);
      return { node, name: named(true, ({ name }) => `${name}-${word}`) };
    },
  },
  {
    form: "the region",
    tellsStacks: false,
    make: ({ project }) => {
      const word = project.nextWord();
      const node = project.random.pick([sub(`${word}-\${AWS::Region}`), call("Fn::Join", list([scalar(""), list([scalar(`${word}-`), ref("AWS::Region")])]))]);
      return { node, name: named(true, ({ region }) => `${word}-${region}`) };
    },
  },
  {
    form: "the account",
    tellsStacks: false,
    make: ({ project }) => {
      const word = project.nextWord();
      return { node: sub(`${word}-\${AWS::AccountId}`), name: named(true, ({ account }) => `${word}-${account}`) };
    },
  },
  {
    form: "a parameter",
    tellsStacks: false,
    make: ({ project: { nextWord, random }, sections }) => {
      const word = nextWord();
      const parameter = `Name${word.replace(/\D/gu, "")}`;
      const usual = `${word}usual`;
      const isChanged = random.chance(0.3);
      sections.Parameters.set(parameter, map({ Type: scalar("String"), Default: scalar(usual) }));
      const value = isChanged ? `${word}other` : usual;
      const isWhole = random.chance(0.4);
      return { node: isWhole ? ref(parameter) : sub(`\${${parameter}}-${word}`), name: named(false, () => (isWhole ? value : `${value}-${word}`)) };
    },
  },
  {
    form: "allowed values",
    tellsStacks: false,
    make: ({ project: { nextWord, random }, sections }) => {
      const word = nextWord();
      const parameter = `Stage${word.replace(/\D/gu, "")}`;
      const values = ["dev", "test", "prod"];
      sections.Parameters.set(parameter, map({ Type: scalar("String"), AllowedValues: list(values.map((value) => scalar(value))), Default: scalar("dev") }));
      const value = random.pick(values);
      return { node: sub(`${word}-\${${parameter}}`), name: named(false, () => `${word}-${value}`) };
    },
  },
  {
    form: "a mapping",
    tellsStacks: false,
    make: ({ project: { nextWord, random }, sections }) => {
      const word = nextWord();
      const mapping = `Names${word.replace(/\D/gu, "")}`;
      sections.Mappings.set(mapping, map({ "eu-west-1": map({ Role: scalar(`${word}-ireland`) }), "us-east-1": map({ Role: scalar(`${word}-virginia`) }) }));
      const region = random.pick([ref("AWS::Region"), ref("AWS::Region"), scalar("us-east-1")]);
      const isFixed = region.kind === "scalar";
      const node = call("Fn::FindInMap", list([scalar(mapping), region, scalar("Role")]));
      return { node, name: named(isFixed, (stack) => (!isFixed && stack.region === "eu-west-1" ? `${word}-ireland` : `${word}-virginia`)) };
    },
  },
  {
    form: "a condition",
    tellsStacks: false,
    make: ({ project: { nextWord, random }, sections }, id) => {
      const word = nextWord();
      sections.Conditions.set("IsNamed", map({ "Fn::Equals": list([scalar("a"), scalar("a")]) }));
      if (random.chance(0.5)) {
        const which = random.pick(["one", "two"]);
        return { node: when("IsNamed", scalar(`${word}-one`), sub(`${word}-two`)), name: named(false, () => `${word}-${which}`) };
      }
      const generated = generatedName(id, random);
      return { node: when("IsNamed", scalar(`${word}-one`)), name: random.chance(0.5) ? { ...generated, exact: false } : named(false, () => `${word}-one`) };
    },
  },
];
