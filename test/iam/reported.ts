import * as data2024 from "iam-data-2024";
import { readCatalogue, type Catalogue } from "../../src/iam/catalogue.js";
import { catalogueText } from "../../src/iam/data/generate.mjs";
import type { UnusedPermissions } from "../../src/model/usage.js";

/** Unused permissions by service: names, or `whole`. */
export function reported(
  services: Readonly<Record<string, readonly string[] | "whole">>,
  lastAccessed: string | null = null,
): UnusedPermissions {
  return new Map(
    Object.entries(services).map(([namespace, names]) => [
      namespace.toLowerCase(),
      {
        namespace,
        whole: names === "whole",
        lastAccessed,
        actions: new Map(names === "whole" ? [] : names.map((name) => [name.toLowerCase(), { name, lastAccessed }])),
      },
    ]),
  );
}

/** The catalogue of August 2024, when AWS published its examples. */
export async function catalogueOf2024(): Promise<Catalogue> {
  return readCatalogue(await catalogueText(data2024));
}

/** `builtIn` without some names, to go back before AWS had them. */
export function without(catalogue: Catalogue, names: readonly string[]): Catalogue {
  return { ...catalogue, actions: (service) => catalogue.actions(service).filter((name) => !names.includes(name)) };
}

export function words(text: string): readonly string[] {
  return text.trim().split(/\s+/u);
}
