/**
 * What checking a large program costs.
 *
 * `tsc` counts instantiations the same in every run, so the numbers are pinned.
 * A change that raises one is a change to look at; one that lowers it lowers the
 * pin as well.
 */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { type Compiler, check, compilers } from "../compilers.ts";
import { type Graph, generate } from "./generate.ts";

/** Below the repository, so that packages resolve; git ignores it. */
const scratch = join(import.meta.dirname, "../../../.tmp");
mkdirSync(scratch, { recursive: true });
const directory = mkdtempSync(join(scratch, "types-budget-"));
const surface = "../../../test/types/budget/surface.ts";

/** At most this many instantiations; for 200 models the figure that the design promises. */
const pinned: Record<string, { mixed100: number; plain200: number }> = {
  "TypeScript 7.0": { mixed100: 394_000, plain200: 480_000 },
  "TypeScript 5.9": { mixed100: 399_000, plain200: 480_000 },
};

afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe.for(compilers)("$name", (compiler) => {
  const pins = pinned[compiler.name];

  test("100 models with every kind of column, 400 queries", { timeout: 300_000 }, () => {
    expect(instantiations(compiler, 100, "mixed")).toBeLessThanOrEqual(pins?.mixed100 ?? 0);
  });

  test("200 models with plain columns, 800 queries", { timeout: 300_000 }, () => {
    expect(instantiations(compiler, 200, "plain")).toBeLessThanOrEqual(pins?.plain200 ?? 0);
  });

  test("a further model costs the same in a large graph", { timeout: 300_000 }, () => {
    const [few, some, many] = [20, 100, 200].map((models) =>
      instantiations(compiler, models, "mixed"),
    ) as [number, number, number];

    const early = (some - few) / 80;
    const late = (many - some) / 100;

    expect(late / early).toBeLessThan(1.05);
  });
});

const counted = new Map<string, number>();

/** What `tsc` counts for a graph; checked by one thread, since threads repeat each other's work. */
function instantiations(compiler: Compiler, models: number, columns: Graph["columns"]): number {
  const key = `${compiler.name} ${columns}${models}`;
  const known = counted.get(key);
  if (known !== undefined) return known;

  const project = join(directory, `${columns}${models}`);
  generate(project, { models, columns, surface });
  const threads = compiler.name === "TypeScript 5.9" ? [] : ["--singleThreaded"];
  const { output } = check(compiler, ["--project", project, "--extendedDiagnostics", ...threads]);
  const count = /^Instantiations:\s+(\d+)/m.exec(output)?.[1];
  if (count === undefined || output.includes("error TS")) throw new Error(output);

  counted.set(key, Number(count));
  return Number(count);
}
