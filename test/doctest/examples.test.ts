import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, inject, test } from "vitest";
import { execute, namesServer } from "./execute.ts";
import { createDatabase } from "./postgres.ts";
import { root } from "./workspace.ts";

const examples = globSync("examples/*.ts", { cwd: root }).sort();

test.each(examples)("%s runs", { timeout: 90_000 }, async (path) => {
  const file = join(root, path);
  expect(namesServer(readFileSync(file, "utf8")), "read the URL from FERRO_POSTGRES_URL").toBe(
    false,
  );
  await using database = await createDatabase(inject("postgresUrl"));
  const { code, output } = await execute(file, undefined, { FERRO_POSTGRES_URL: database.url });

  expect(code, output).toBe(0);
});

test("there are examples", () => {
  expect(examples).not.toEqual([]);
});
