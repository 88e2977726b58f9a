import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, inject, test } from "vitest";
import { errorFaults, statedErrors, typeCheck } from "./check.ts";
import { execute, namesServer } from "./execute.ts";
import { createDatabase } from "./postgres.ts";
import { readAll, root, type WrittenSnippets, writeWorkspace } from "./workspace.ts";

const folder = join(root, ".tmp", "doctest");
const all = writeWorkspace(folder, readAll());
const diagnostics = typeCheck(folder);

describe.each(all.map((written) => [nameOf(written), written] as const))("%s", (_, written) => {
  for (const check of written.checks) {
    const { mustFail, program, path } = check;
    const title = mustFail ? `line ${mustFail.line} is refused as it says` : "compiles";
    const part = path.endsWith("check.ts") || mustFail ? "" : ` (${path.split("-").at(-1)})`;

    test(title + part, async () => {
      const own = (await diagnostics).filter(({ file }) => file === path || file === "");
      if (mustFail) {
        const given = own.filter(({ line }) => program.origins[line]?.block === mustFail);
        const messages = given.map(({ message }) => message);
        expect(errorFaults(statedErrors(mustFail.code), messages)).toEqual([]);
        return;
      }
      expect(
        own.map(({ line, message }) => `${placeOf(program.origins[line])} ${message}`),
      ).toEqual([]);
    });
  }

  for (const runFile of written.runFiles) {
    const part = runFile.endsWith("/run.ts") ? "" : ` (${runFile.split("/").at(-1)})`;

    test(`runs as printed${part}`, { timeout: 90_000 }, async () => {
      const file = join(folder, runFile);
      const usesServer = namesServer(readFileSync(file, "utf8"));
      await using database = usesServer ? await createDatabase(inject("postgresUrl")) : undefined;
      const { code, output } = await execute(file, database?.url);

      expect(code, output).toBe(0);
    });
  }
});

test("every file that a page writes compiles", async () => {
  const known = new Set(all.flatMap(({ checks }) => checks.map(({ path }) => path)));
  const others = (await diagnostics).filter(
    ({ file }) => !known.has(file) && !file.startsWith("../"),
  );

  expect(others).toEqual([]);
});

function nameOf({ snippets }: WrittenSnippets): string {
  return snippets.implicitImports ? `${snippets.path}:${snippets.line}` : snippets.path;
}

function placeOf(origin: { readonly path: string; readonly line: number } | undefined): string {
  return origin ? `${origin.path}:${origin.line}` : "(an import that was added)";
}
