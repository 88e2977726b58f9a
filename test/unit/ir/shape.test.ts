import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { postgresSql } from "../../../src/dialect/postgres/sql.ts";
import { sqliteSql } from "../../../src/dialect/sqlite/sql.ts";
import type { Query } from "../../../src/ir/query.ts";
import { queryShape } from "../../../src/ir/shape.ts";
import { compileQuery } from "../../../src/sql/compile.ts";
import { query } from "./arbitrary.ts";
import { column, compare, id, select, slot, text, title, where } from "./build.ts";

/** What a plan is made of: text, slots and decoders on both databases. */
function plan(ir: Query): string {
  const read =
    ir.kind === "select"
      ? ir.columns
      : ir.kind === "insert" || ir.kind === "update" || ir.kind === "delete"
        ? ir.returning
        : [];
  const types = read.map(({ type }) => type);
  return JSON.stringify([compileQuery(ir, postgresSql), compileQuery(ir, sqliteSql), types]);
}

/** An update or delete without a limit: its order and its key never reach the SQL, so changes there can't show. */
function isWholeChange(ir: Query): boolean {
  const changes = ir.kind === "update" || ir.kind === "delete";
  return changes && ir.limit === null && ir.offset === null;
}

describe("queryShape", () => {
  test("is equal for a query and its copy", () => {
    fc.assert(
      fc.property(query, (ir) => {
        expect(queryShape(structuredClone(ir))).toBe(queryShape(ir));
      }),
    );
  });

  test("tells apart whatever compiles to different plans", { timeout: 300_000 }, () => {
    const seen = new Map<string, string>();

    fc.assert(
      fc.property(query, (ir) => {
        const shape = queryShape(ir);
        const compiled = plan(ir);
        expect(seen.get(shape) ?? compiled).toBe(compiled);
        seen.set(shape, compiled);
      }),
      { numRuns: 2_000 },
    );
  });

  test("changes with a place whenever the plan does, and only then where plans always show it", {
    timeout: 300_000,
  }, () => {
    fc.assert(
      fc.property(query, fc.nat(), fc.nat(), (ir, place, choice) => {
        const changed = change(ir, place, choice);
        fc.pre(changed !== undefined);
        const samePlan = changed.plan === plan(ir);
        const sameShape = haveOneShape(changed.query, ir);

        if (sameShape) expect(samePlan).toBe(true);
        else if (visible.has(changed.key) && !isWholeChange(ir)) expect(samePlan).toBe(false);
      }),
      { numRuns: 5_000 },
    );
  });

  test("leaves labels out", () => {
    const plain = where(compare(title, "=", slot(0, text)));
    const labelled = where(compare(title, "=", { ...slot(0, text), label: "Post.title" }));

    expect(queryShape(labelled)).toBe(queryShape(plain));
  });

  test("keys a shared list of columns once", () => {
    const columns = Array.from({ length: 50 }, (_, place) => column(`c${place}`, text));
    const shared = queryShape(select({ columns }));

    expect(queryShape(select({ columns }))).toBe(shared);
    expect(queryShape(select({ columns: [...columns] }))).toBe(shared);
    expect(queryShape(select({ columns: [...columns, id] }))).not.toBe(shared);
  });
});

/** Whether shapes are equal; asked again of copies, since keys that were forgotten in between get new numbers. */
function haveOneShape(one: Query, other: Query): boolean {
  const equal = () => queryShape(structuredClone(one)) === queryShape(structuredClone(other));
  return queryShape(one) === queryShape(other) || equal() || equal();
}

/**
 * Places that every plan shows. The type and nullability of a column show in some
 * predicates and not in others; the shape keeps them everywhere.
 */
const visible: ReadonlySet<string> = new Set(["operator", "table", "match", "negated", "rows"]);

/** A copy that differs in one string, number or flag; undefined when the change makes no valid query. */
function change(
  ir: Query,
  place: number,
  choice: number,
): { query: Query; key: string; plan: string } | undefined {
  const copy: unknown = JSON.parse(JSON.stringify(ir));
  const leaves: { owner: Record<string, unknown>; key: string }[] = [];
  const visit = (node: unknown): void => {
    if (typeof node !== "object" || node === null) return;
    for (const [key, value] of Object.entries(node)) {
      if (typeof value === "object") visit(value);
      else leaves.push({ owner: node as Record<string, unknown>, key });
    }
  };
  visit(copy);
  const leaf = leaves[place % leaves.length];
  if (leaf === undefined) return undefined;
  const { owner, key } = leaf;
  const value = owner[key];
  if (typeof value === "boolean") owner[key] = !value;
  else if (typeof value === "number") owner[key] = value + 1;
  else owner[key] = ["id", "a", "=", "<", "desc", "text", "integer", "or"][choice % 8];
  try {
    return { query: copy as Query, key, plan: plan(copy as Query) };
  } catch {
    return undefined;
  }
}
