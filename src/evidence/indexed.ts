import { closeSync } from "node:fs";
import type { PrincipalEvidence } from "../model/usage.js";
import type { Skipped } from "../findings/findings-file.js";
import { indexOf, rebuiltIndex, type FileState, type FoundIndex } from "./index/cache.js";
import { DamagedIndex } from "./index/damage.js";
import { SliceReader } from "./index/slices.js";
import { principalsOf, settledOf, type IndexInUse, type WithIndex } from "./index/table.js";
import type { Holder, PrincipalTable } from "./table.js";

/** What an index tells of the findings files that it is of. */
export interface IndexedEvidence {
  readonly principals: PrincipalTable<PrincipalEvidence>;
  readonly settled: PrincipalTable<Holder>;
  readonly skipped: readonly Skipped[];
  readonly fingerprint: string;
  /** Frees the open files. */
  close(): void;
}

/**
 * Evidence of findings files that do not fit into memory: from an index in `folder`, which is built when there is none. Only what is
 * looked up is read. Throws `BadInput`, also at a look-up.
 */
export function indexedEvidence(files: readonly FileState[], folder: string, version: string): IndexedEvidence {
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
  return { principals: principalsOf(withIndex), settled: settledOf(withIndex), skipped, fingerprint, close: () => close(index) };
}

function inUse({ index, paths }: FoundIndex): IndexInUse {
  return { ...index, slices: new SliceReader(paths, index.file) };
}

function close({ file, slices }: IndexInUse): void {
  slices.close();
  closeSync(file);
}
