import { existsSync } from "node:fs";
import { join } from "node:path";
import { defineConfig } from "vitest/config";

const root = import.meta.dirname;

/** Starts what the database tests need, once for each run. */
const databases = ["test/support/postgres.ts"].filter((file) => existsSync(join(root, file)));

export default defineConfig({
  resolve: {
    alias: [
      { find: /^ferro-orm$/, replacement: join(root, "src/index.ts") },
      { find: /^ferro-orm\/([\w-]+)$/, replacement: join(root, "src/$1.ts") },
    ],
  },
  test: {
    passWithNoTests: true,
    setupFiles: [join(root, "test/support/seed.ts")],
    // On two cores the default is one worker, which waits for the servers and compilers that tests start.
    maxWorkers: 2,
    // Ends what hangs. A slow machine under load takes ten times as long as a quiet one.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    projects: [
      project("unit", "test/unit/**/*.test.ts"),
      project("types", "test/types/**/*.test.ts"),
      project("db", "test/db/**/*.test.ts", { globalSetup: databases }),
      project("architecture", "test/architecture/**/*.test.ts"),
      project("demo", "test/demo/**/*.test.ts", { globalSetup: databases }),
      project("docs", "test/doctest/{doctest,self}.test.ts", { globalSetup: databases }),
      project("examples", "test/doctest/examples.test.ts", { globalSetup: databases }),
      project("package", "test/package/**/*.test.ts"),
      project("soak", "test/soak/**/*.test.ts", { globalSetup: databases, testTimeout: 600_000 }),
    ],
  },
});

function project(
  name: string,
  files: string,
  options: { globalSetup?: string[]; testTimeout?: number } = {},
) {
  return { extends: true as const, test: { name, include: [files], ...options } };
}
