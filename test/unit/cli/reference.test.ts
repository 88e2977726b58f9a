import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { groups } from "../../../scripts/functions.ts";
import { referencePages } from "../../../scripts/reference.ts";
import * as functions from "../../../src/query/door.ts";
import { Expression } from "../../../src/query/expression.ts";
import { JsonExpression } from "../../../src/query/json.ts";
import { ListExpression } from "../../../src/query/lists.ts";
import { Predicate } from "../../../src/query/predicate.ts";

test("the pages of commands and lint rules are as the program makes them", async () => {
  for (const [path, text] of Object.entries(await referencePages())) {
    const written = readFileSync(join(import.meta.dirname, "../../..", path), "utf8");

    expect(written, `${path} is old: run scripts/reference.ts`).toBe(text);
  }
});

test("the page of functions has every function of queries and every method of expressions", () => {
  const told = new Set(
    groups.flatMap(({ entries }) => entries.map(({ call }) => call.replace(/\(.*/, ""))),
  );
  const methods = [Expression, JsonExpression, ListExpression, Predicate].flatMap((kind) =>
    methodsOf(kind.prototype),
  );
  // It makes rows of its own, see docs/guide/queries.md.
  const own = Object.keys(functions).filter((name) => name !== "recursive");

  expect([...methods, ...own].filter((name) => !told.has(name) && !inner.has(name))).toEqual([]);
});

/** Methods that expressions are made with. */
const inner: ReadonlySet<string> = new Set([
  "calculate",
  "constructor",
  "derive",
  "extreme",
  "numberCall",
  "numbers",
  "part",
  "shift",
  "textCall",
]);

function methodsOf(prototype: object): readonly string[] {
  const above: unknown = Object.getPrototypeOf(prototype);
  const own = Object.getOwnPropertyNames(prototype);
  return above === null || above === Object.prototype
    ? own
    : [...own, ...methodsOf(above as object)];
}
