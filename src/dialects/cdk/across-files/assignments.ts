import type { SourceText } from "../../../model/text.js";
import { fieldDeclaration } from "../../../syntax/estree-values.js";
import type { ClassAt } from "./exports.js";
import { projectOf } from "./cdk-project.js";

/**
 * May other files assign the field of an object of these classes, as in `orders.role = other`? Fields that are private or
 * read-only stay what they are.
 */
export function assignedOutside(classes: readonly ClassAt[], name: string): boolean {
  const declared = classes.map(({ node }) => fieldDeclaration(node, name)).find((field) => field !== null);
  if (name.startsWith("#") || declared?.readonly === true || declared?.accessibility === "private") return false;
  const [own] = classes;
  if (own === undefined) return false;
  const project = projectOf(own.file);
  // In their own files the syntax tree tells.
  const read = new Set(classes.map(({ file }) => project.pathOf(file)));
  return project.holding(`.${name}`).some((source) => !read.has(source.path) && assigns(source, name));
}

const known = new WeakMap<SourceText, Map<string, boolean>>();

/** Does a text assign `….name` of something that is not `this`? */
function assigns(source: SourceText, name: string): boolean {
  const answers = known.get(source) ?? new Map<string, boolean>();
  known.set(source, answers);
  const before = answers.get(name);
  if (before !== undefined) return before;
  const assignment = new RegExp(`(?<!\\bthis)[!?]?\\.${name.replace(/\$/gu, "\\$")}\\s*(?:=(?![=>])|(?:\\?\\?|\\|\\||&&)=)`, "u");
  const answer = assignment.test(source.text);
  answers.set(name, answer);
  return answer;
}
