import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { referencePages } from "../../../scripts/reference.ts";

test("the pages of commands and lint rules are as the program makes them", async () => {
  for (const [path, text] of Object.entries(await referencePages())) {
    const written = readFileSync(join(import.meta.dirname, "../../..", path), "utf8");

    expect(written, `${path} is old: run scripts/reference.ts`).toBe(text);
  }
});
