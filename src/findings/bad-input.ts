/** Input from outside the sources that cannot be used. The message is one sentence: file, place, what is wrong, remedy. */
export class BadInput extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "BadInput";
    // ESLint prints the stack of whatever stops a configuration: where this was thrown is of no use to whoever reads it.
    this.stack = `${this.name}: ${message}`;
  }
}

/** Where in a findings file: its path, then from the outside in (`line 3`, `finding 2`, `findingDetails[0].actions`). */
export type Place = readonly [file: string, ...within: string[]];

/** A `BadInput` about a place in a file. `what` and `remedy` are clauses; a remedy may end in lines of commands. */
export function badPlace(place: Place, what: string, remedy: string): BadInput {
  return new BadInput(`${place.join(", ")}: ${what}: ${remedy}${remedy.includes("\n") ? "" : "."}`);
}

/** Lists in lists in lists are nobody's export. */
const DEEPEST = 8;

/** Throws `BadInput` when a place lies deeper than that of any export, before going on costs the stack. */
export function refuseNesting(place: Place): void {
  if (place.length > DEEPEST) throw badPlace([place[0]], "its lists are nested too deeply for an export", "export the findings again, or leave the file out");
}
