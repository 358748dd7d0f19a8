import { cacheFolder, loadEvidence, type Evidence } from "../evidence.js";
import type { Settings } from "./settings.js";

/** The evidence that settings name; the same object while nothing changes. Throws `BadInput`. */
export function evidenceOf({ findings, unusedFor, indexFrom, cacheLocation, root }: Settings): Evidence {
  return loadEvidence(findings, { unusedFor, indexFrom, cacheLocation: cacheFolder(cacheLocation, root) });
}
