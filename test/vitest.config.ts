import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    root: new URL("..", import.meta.url).pathname,
    projects: [
      { test: { name: "unit", include: ["test/**/*.test.ts"], exclude: ["test/package/**"], testTimeout: 60_000 } },
      {
        test: {
          name: "long",
          include: ["test/refine-properties.test.ts"],
          env: { PROPERTY_RUNS: process.env["PROPERTY_RUNS"] ?? "1000000" },
          testTimeout: 24 * 3_600_000,
        },
      },
      { test: { name: "package", include: ["test/package/**/*.test.ts"], testTimeout: 300_000, hookTimeout: 300_000 } },
    ],
  },
});
