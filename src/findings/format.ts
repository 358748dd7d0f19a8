import { accessAnalyzer } from "./access-analyzer.js";
import { badPlace, refuseNesting, type Place } from "./bad-input.js";
import { EXPORT_DETAILS } from "./commands.js";
import { events } from "./events.js";
import { joined, type FindingsFile } from "./findings-file.js";
import type { JsonPiece } from "./json-stream.js";
import { isObject, jsonValues, shown, type JsonObject } from "./json-values.js";
import { lastAccessed } from "./last-accessed.js";
import { recommendations, recommendedPolicies } from "./recommendations.js";
import { refusedFormats } from "./refused.js";
import { securityHub } from "./security-hub.js";

/** One way of exporting findings. A new one is a file of its own and a line in the list below. */
export interface FindingsFormat {
  /** For messages; completes "this is …". */
  readonly name: string;
  /** By a look at the object's keys: is it of this format? The first format of the list that says yes reads it. */
  recognises(value: JsonObject): boolean;
  /** Throws `BadInput` when the value is malformed, unfinished, or of a format that carries no actions. */
  read(value: JsonObject, place: Place): FindingsFile;
}

const FORMATS: readonly FindingsFormat[] = [
  lastAccessed,
  recommendations,
  recommendedPolicies,
  events,
  securityHub,
  accessAnalyzer,
  ...refusedFormats,
];

/**
 * Reads the text of one findings file: a JSON document, a list of them, JSON Lines, or documents one after the other.
 * `path` is absolute. Throws `BadInput`.
 */
export function readFindings(path: string, text: string): FindingsFile {
  const values = jsonValues(path, text);
  return joined(
    values.map(({ value, line }) => readValue(value, values.length === 1 ? [path] : [path, `line ${String(line)}`])),
  );
}

/** Reads a piece of the findings file at `path` as the whole file would be read. Throws `BadInput`. */
export function readPiece(path: string, { value, list, within }: Pick<JsonPiece, "value" | "list" | "within">): FindingsFile {
  return readValue(list === null ? value : { [list]: [value] }, [path, ...within]);
}

function readValue(value: unknown, place: Place): FindingsFile {
  refuseNesting(place);
  if (Array.isArray(value)) {
    const elements: readonly unknown[] = value;
    return joined(elements.map((element, index) => readValue(element, [...place, `finding ${String(index + 1)}`])));
  }
  if (isObject(value)) {
    const format = FORMATS.find((candidate) => candidate.recognises(value));
    if (format !== undefined) return format.read(value, place);
  }
  throw badPlace(place, `this is not a finding of IAM Access Analyzer but ${shown(value)}`, EXPORT_DETAILS);
}
