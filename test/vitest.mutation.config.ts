import { defineConfig } from "vitest/config";

/** The tests of the engine, with as many random cases as find a mutant soon. */
export default defineConfig({
  test: {
    root: new URL("..", import.meta.url).pathname,
    include: ["test/iam/**/*.test.ts", "test/refine*.test.ts"],
    env: { PROPERTY_RUNS: "150" },
    setupFiles: ["test/mutation-setup.ts"],
    testTimeout: 60_000,
  },
});
