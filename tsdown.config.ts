import { defineConfig } from "tsdown";

/** Every file directly in `src/` is a door of the package; folders are bundled behind the doors. */
export default defineConfig({
  // Besides the doors, the command, and the module that worker threads run: it is reached by its URL only.
  entry: {
    "*": "src/*.ts",
    cli: "src/cli/main.ts",
    "sqlite-thread": "src/connect/sqlite-thread.ts",
  },
  format: "esm",
  platform: "node",
  target: "node22.13",
  fixedExtension: false,
  sourcemap: true,
  dts: { oxc: true, sourcemap: true },
  tsconfig: "tsconfig.src.json",
  // What is bundled must be named in THIRD_PARTY_NOTICES.md; see docs/decisions/bundling.md.
  // Behind its door Kysely is the user's own, everywhere else it is ours.
  deps: {
    onlyBundle: ["kysely"],
    alwaysBundle: (id, importer) =>
      /^kysely(?:$|\/)/.test(id) && importer !== undefined && !importer.includes("/src/kysely"),
  },
  outputOptions: { comments: { legal: true } },
  logLevel: "warn",
});
