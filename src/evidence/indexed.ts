import { closeSync } from "node:fs";
import type { Evidence } from "../evidence.js";
import { indexOf, rebuiltIndex, type FileState, type FoundIndex } from "./indexed/cache.js";
import { DamagedIndex } from "./indexed/damage.js";
import { SliceReader } from "./indexed/slices.js";
import { indexTables, type IndexInUse, type WithIndex } from "./indexed/table.js";

/**
 * Evidence of findings files that do not fit into memory: from an index in `folder`, which is built when there is none. Only what is
 * looked up is read; `close` frees the open files. `unusedFor` as in `mergeFindings`. Throws `BadInput`, also at a look-up.
 */
export function indexedEvidence(
  files: readonly FileState[],
  { folder, version, unusedFor }: { readonly folder: string; readonly version: string; readonly unusedFor: number | null },
): { readonly evidence: Omit<Evidence, "files">; readonly close: () => void } {
  let index = inUse(indexOf(files, folder, version));
  const withIndex: WithIndex = (use) => {
    try {
      return use(index);
    } catch (error) {
      if (!(error instanceof DamagedIndex)) throw error;
      close(index);
      index = inUse(rebuiltIndex(files, folder, version));
      return use(index);
    }
  };
  const { skipped, fingerprint } = index.meta;
  return { evidence: { ...indexTables(withIndex, unusedFor), skipped, fingerprint }, close: () => close(index) };
}

function inUse({ index, paths }: FoundIndex): IndexInUse {
  return { ...index, slices: new SliceReader(paths, index.file) };
}

function close({ file, slices }: IndexInUse): void {
  slices.close();
  closeSync(file);
}
