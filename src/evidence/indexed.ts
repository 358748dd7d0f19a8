import { closeSync } from "node:fs";
import type { Evidence } from "../evidence.js";
import { BadInput } from "../findings/bad-input.js";
import { distrust, indexOf, rebuiltIndex, type FileState, type FoundIndex } from "./indexed/cache.js";
import { DamagedIndex } from "./indexed/damage.js";
import { ChangedFile, SliceReader } from "./indexed/slices.js";
import { indexTables, type IndexInUse, type WithIndex } from "./indexed/table.js";

/**
 * Evidence of findings files that do not fit into memory: from an index in `folder`, which is built when there is none. Only what is
 * looked up is read; `close` frees the open files until the next look-up; `isStale` when a file turned out to be another than the
 * index is of. `unusedFor` as in `mergeFindings`. Throws `BadInput`, also at a look-up.
 */
export function indexedEvidence(
  files: readonly FileState[],
  { folder, version, unusedFor }: { readonly folder: string; readonly version: string; readonly unusedFor: number | null },
): { readonly evidence: Omit<Evidence, "files">; readonly close: () => void; readonly isStale: () => boolean } {
  let open: IndexInUse | null = inUse(indexOf(files, folder, version));
  const { skipped, fingerprint } = open.meta;
  const index = (): IndexInUse => (open ??= same(inUse(indexOf(files, folder, version)), fingerprint));
  let stale = false;
  const withIndex: WithIndex = (use) => {
    try {
      return use(index());
    } catch (error) {
      if (error instanceof ChangedFile) {
        stale = true;
        distrust(files, folder);
      }
      if (!(error instanceof DamagedIndex)) throw error;
      close();
      open = same(inUse(rebuiltIndex(files, folder, version)), fingerprint);
      return use(open);
    }
  };
  return { evidence: { ...indexTables(withIndex, unusedFor), skipped, fingerprint }, close, isStale: () => stale };

  function close(): void {
    open?.slices.close();
    if (open !== null) closeSync(open.file);
    open = null;
  }
}

/** What was found once must not be answered from other findings later. */
function same(index: IndexInUse, fingerprint: string): IndexInUse {
  if (index.meta.fingerprint === fingerprint) return index;
  throw new BadInput("the findings were changed while they were in use: run again.");
}

function inUse({ index, paths }: FoundIndex): IndexInUse {
  return { ...index, slices: new SliceReader(paths, index.file) };
}
