import type { Random } from "./random.js";
import { text, UNSAID, type Expr } from "./world.js";

/** What a name can be put together from. */
export interface NameParts {
  /** Where it belongs: of a module, what its caller gives it; of an element, its key. */
  readonly first: Expr;
  /** A word that no other name of the module has. */
  readonly word: string;
  /** Declares a local value; returns a reference to it. */
  readonly local: (value: Expr) => Expr;
}

interface NameForm {
  readonly form: string;
  readonly make: (parts: NameParts, random: Random) => Expr;
}

/** An expression as a part of a quoted template. */
export function inTemplate({ text: source }: Expr): string {
  return /^"[^"]*"$/u.test(source) ? source.slice(1, -1) : `\${${source}}`;
}

export function literal(value: string): Expr {
  return { text: `"${value}"`, value: () => value };
}

function template(first: Expr, word: string): Expr {
  return { text: `"${inTemplate(first)}-${word}"`, value: (env) => `${text(first.value(env))}-${word}` };
}

export const NAME_FORMS: readonly NameForm[] = [
  { form: "template", make: ({ first, word }) => template(first, word) },
  { form: "template, the other way round", make: ({ first, word }) => ({ text: `"${word}-${inTemplate(first)}"`, value: (env) => `${word}-${text(first.value(env))}` }) },
  { form: "format", make: ({ first, word }) => ({ ...template(first, word), text: `format("%s-${word}", ${first.text})` }) },
  { form: "format of two", make: ({ first, word }) => ({ ...template(first, word), text: `format("%s-%s", ${first.text}, "${word}")` }) },
  { form: "join", make: ({ first, word }) => ({ ...template(first, word), text: `join("-", [${first.text}, "${word}"])` }) },
  { form: "join of what is not empty", make: ({ first, word }) => ({ ...template(first, word), text: `join("-", compact([${first.text}, "", "${word}"]))` }) },
  { form: "lower", make: ({ first, word }) => ({ text: `lower("${inTemplate(first)}-${word.toUpperCase()}")`, value: (env) => `${text(first.value(env))}-${word}`.toLowerCase() }) },
  { form: "upper", make: ({ first, word }) => ({ text: `upper("${inTemplate(first)}-${word}")`, value: (env) => `${text(first.value(env))}-${word}`.toUpperCase() }) },
  { form: "replace", make: ({ first, word }) => ({ text: `replace("${inTemplate(first)}_${word}", "_", "-")`, value: (env) => `${text(first.value(env))}_${word}`.replaceAll("_", "-") }) },
  { form: "substr", make: ({ first, word }) => ({ ...template(first, word), text: `substr("${inTemplate(first)}-${word}", 0, 64)`, value: (env) => text(template(first, word).value(env)).slice(0, 64) }) },
  { form: "substr that cuts", make: ({ first, word }) => ({ text: `substr("${word}-${inTemplate(first)}", 0, ${String(word.length)})`, value: () => word }) },
  { form: "trimsuffix", make: ({ first, word }) => ({ ...template(first, word), text: `trimsuffix("${inTemplate(first)}-${word}-x", "-x")` }) },
  { form: "a local", make: ({ first, word, local }) => (/each|count/u.test(first.text) ? template(first, word) : local(template(first, word))) },
  { form: "a condition that holds", make: ({ first, word }) => ({ ...template(first, word), text: `true ? "${inTemplate(first)}-${word}" : "other"` }) },
  {
    form: "something that only AWS knows",
    make: ({ first, word }) => ({ text: `"${inTemplate(first)}-${word}-\${data.aws_region.current.name}"`, value: (env) => `${text(first.value(env))}-${word}-eu-west-1${UNSAID}` }),
  },
  { form: "a workspace", make: ({ first, word }) => ({ text: `"\${terraform.workspace}-${word}-${inTemplate(first)}"`, value: (env) => `blue${UNSAID}-${word}-${text(first.value(env))}` }) },
];

/** What the provider appends to a `name_prefix`. */
export function generatedSuffix(random: Random): string {
  const digits = Array.from({ length: 18 }, () => String(random.int(10))).join("");
  return `${digits}${random.int(2 ** 30).toString(16).padStart(8, "0")}${UNSAID}`;
}
