import { createRequire } from "node:module";
import * as z from "zod/mini";

const manifest: unknown = createRequire(import.meta.url)("eslint-plugin-least-privilege/package.json");

/** Our own version: part of ESLint's cache key, so that an update drops old results. */
export const { version } = z.parse(z.object({ version: z.string() }), manifest);
