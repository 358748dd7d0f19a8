import type { PrincipalKind, PrincipalReference } from "../../model/principal.js";
import { SyntaxProblem, type SourceText } from "../../model/text.js";
import { parseYaml } from "../../syntax/yaml.js";
import { SURE_ID_LENGTH } from "./generated-name.js";
import { isGenerated, namesakesAmong, type Namesakes } from "./namesakes.js";
import { contentsOf } from "./contents.js";
import { holdsIam } from "./recognise.js";

/** Might this file declare a principal of the same name? A file that cannot be read might. */
export function rivals(source: SourceText, reference: PrincipalReference): boolean {
  if (!mayDeclareRival(source, reference)) return false;
  const namesakes = knownOf(source).namesakes();
  return namesakes === null || namesakes(reference).length > 0;
}

const NAME_PROPERTIES: Readonly<Record<PrincipalKind, string>> = { role: "RoleName", user: "UserName", group: "GroupName" };

/** A quick look at the text: without the name, or the logical id that a generated one holds, no name can be the same. */
function mayDeclareRival(source: SourceText, { kind, name }: PrincipalReference): boolean {
  const { text } = source;
  switch (name.kind) {
    case "arn":
      return false;
    case "literal":
      return knownOf(source).names.has(name.name);
    case "pattern":
      if (!holdsIam(text)) return false;
      // The framework makes names of the service's.
      if (!isGenerated(name)) return text.includes(NAME_PROPERTIES[kind]) || /^["']?service\b/mu.test(text);
      // SAM makes the logical ids of roles from those of functions.
      return text.includes(name.id.replace(/Role$/u, "").slice(0, SURE_ID_LENGTH)) || text.includes(NAME_PROPERTIES[kind]);
  }
}

/** What is known of a file, for as long as its text is the same. */
interface Known {
  readonly text: string;
  /** The names that its text gives to principals, as they are written. */
  readonly names: ReadonlySet<string>;
  /** Null when the file cannot be read. */
  readonly namesakes: () => Namesakes | null;
}

const known = new Map<string, Known>();

function knownOf(source: SourceText): Known {
  const before = known.get(source.path);
  if (before?.text === source.text) return before;
  let namesakes: Namesakes | null | undefined;
  const made: Known = {
    text: source.text,
    names: namesIn(source.text),
    namesakes: () => (namesakes === undefined ? (namesakes = namesakesOf(source)) : namesakes),
  };
  known.set(source.path, made);
  return made;
}

/** `RoleName: orders`, `"RoleName" : "orders"`, `RoleName: !Sub orders`. */
const WRITTEN_NAME = /\b(?:Role|User|Group)Name["']?\s*:\s*(?:!Sub\s+)?["']?([\w+=,.@-]+)/gu;

function namesIn(text: string): ReadonlySet<string> {
  return holdsIam(text) ? new Set([...text.matchAll(WRITTEN_NAME)].map(([, name = ""]) => name)) : new Set();
}

function namesakesOf({ path, text }: SourceText): Namesakes | null {
  try {
    return namesakesAmong(contentsOf(parseYaml(text), { path, text, deployments: [], hidden: [], readText: () => null }).principals);
  } catch (error) {
    if (error instanceof SyntaxProblem) return null;
    throw error;
  }
}
