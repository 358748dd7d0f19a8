import { createHash } from "node:crypto";
import { fileMemo } from "../findings/file-memo.js";
import { protects } from "../iam/arn.js";
import { EXCEPTIONS, readExceptions, type Exception } from "./exceptions-file.js";

export type { Exception } from "./exceptions-file.js";

/** Where exceptions are looked for when no file is named. */
export const EXCEPTIONS_FILE = "least-privilege.exceptions.yaml";

const contentOf = fileMemo(EXCEPTIONS, readExceptions);

/** All exceptions of a file, also those that have expired. Throws `BadInput`. */
export function loadExceptions(file: string): readonly Exception[] {
  return contentOf(file).value;
}

/** Today, as `expires` counts: in UTC. */
export function today(): string {
  return new Date().toISOString().slice(0, 10);
}

/** The last day counts. */
export function isInForce({ expires }: Exception, day: string): boolean {
  return expires === null || day <= expires;
}

/** Those of a file that hold today; of no file, none. Throws `BadInput`. */
export function exceptionsInForce(file: string | null): readonly Exception[] {
  if (file === null) return [];
  const day = today();
  return loadExceptions(file).filter((exception) => isInForce(exception, day));
}

/** Of the file's content and of what of it has expired on that day; in hex. Throws `BadInput`. */
export function exceptionsFingerprint(file: string, day: string): string {
  const { digest, value } = contentOf(file);
  return createHash("sha256").update(JSON.stringify([digest, value.map((exception) => isInForce(exception, day))])).digest("hex");
}

/** Is the exception about this principal? A text that is no ARN is a name. */
export function isAbout({ principal }: Exception, { arn, name }: { readonly arn: string; readonly name: string }): boolean {
  return protects(principal, { arn, name });
}
