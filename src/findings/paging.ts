import { badPlace, type Place } from "./bad-input.js";
import type { JsonObject } from "./json-values.js";

/** Throws `BadInput` when an answer goes on elsewhere: what is missing of it would look as if it were in use, or used by nobody. */
export function refuseFirstPage(answer: JsonObject, place: Place): void {
  if ((answer["nextToken"] ?? answer["NextToken"] ?? null) === null) return;
  throw badPlace(
    place,
    "this is only the first page of the answer (its next token is set)",
    "export it again without --max-items, --max-results and --no-paginate, so that all pages are fetched",
  );
}
