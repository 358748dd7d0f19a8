import type { Holder } from "../table.js";
import { holderNamed } from "../weigh.js";

/** An index on disk that cannot be used: cut off, overwritten, or of another version. It is built again. */
export class DamagedIndex extends Error {
  constructor(what: string) {
    super(`the index of the findings is damaged: ${what}`);
    this.name = "DamagedIndex";
  }
}

/** Whom an ARN of an index names. */
export function holderIn(arn: string): Holder {
  const holder = holderNamed(arn);
  if (holder === null) throw new DamagedIndex(`${arn} is in it`);
  return holder;
}
