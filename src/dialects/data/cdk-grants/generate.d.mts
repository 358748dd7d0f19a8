/** What grant methods grant, as measured in the installed aws-cdk-lib. */
export interface GrantTable {
  readonly version: string;
  /** The lines of the table. */
  readonly text: string;
  /** `class.method: why`: what could not be measured. */
  readonly missing: readonly string[];
}

/** Creates every construct that has grant methods and calls them all; a few seconds. */
export function grantTable(): GrantTable;

/** The text of `cdk-grants.ts` for a table. */
export function moduleText(table: GrantTable): string;
