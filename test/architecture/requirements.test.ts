import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { requirements } from "./requirements.ts";

const root = join(import.meta.dirname, "../..");

test.for(Object.entries(requirements))("%s is shown by tests that are there", ([, { shown }]) => {
  expect(shown.length).toBeGreaterThan(0);
  for (const [file, title] of shown) {
    expect(existsSync(join(root, file)), file).toBe(true);
    expect(readFileSync(join(root, file), "utf8"), file).toContain(title);
  }
});
