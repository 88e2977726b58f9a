import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { painsOfData } from "./pains.ts";
import { notShown, painsOfWork } from "./pains-of-work.ts";

const pains = { ...painsOfData, ...painsOfWork };
const root = join(import.meta.dirname, "../..");

test.for(Object.entries(pains))("%s is shown by tests that are there", ([, { shown }]) => {
  expect(shown.length).toBeGreaterThan(0);
  for (const [file, title] of shown) {
    expect(existsSync(join(root, file)), file).toBe(true);
    expect(readFileSync(join(root, file), "utf8"), file).toContain(title);
  }
});

test("each has a test, or says why not", () => {
  const all = Array.from({ length: 104 }, (_, n) => `R${n + 1}`);

  expect(all.filter((name) => !(name in pains) && !(name in notShown))).toEqual([]);
  expect(Object.keys(pains).filter((name) => name in notShown || !all.includes(name))).toEqual([]);
});
