/** Items 20 and 21 of the must-list, which need no database; the others are in test/db. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");

describe("the must-list, beside databases", () => {
  test("20. one or two small runtime dependencies, ESM, no decorators' metadata", () => {
    const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    expect(manifest.type).toBe("module");
    expect(Object.keys(manifest.dependencies)).toEqual(["decimal.js", "pg"]);
    expect(manifest.engines.node).toBe(">=22.13");
  });

  test("21. llms.txt leads to pages that are there; test/architecture holds it to every page", () => {
    const text = readFileSync(join(root, "llms.txt"), "utf8");
    const links = [...text.matchAll(/\]\(([^)]+)\)/gu)].map(([, page = ""]) => page);

    expect(links.length).toBeGreaterThan(40);
    expect(links.filter((page) => !existsSync(join(root, page)))).toEqual([]);
  });
});
