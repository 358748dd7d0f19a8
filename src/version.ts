import { createRequire } from "node:module";

/** Our own version: part of ESLint's cache key, so that an update drops old results. */
export const version = versionOf(createRequire(import.meta.url)("eslint-plugin-least-privilege/package.json"));

function versionOf(manifest: unknown): string {
  if (typeof manifest === "object" && manifest !== null && "version" in manifest && typeof manifest.version === "string") {
    return manifest.version;
  }
  throw new Error("eslint-plugin-least-privilege/package.json has no version.");
}
