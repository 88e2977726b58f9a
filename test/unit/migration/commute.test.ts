/** Which operations of two branches stand in each other's way. */
import { describe, expect, test } from "vitest";
import { applyOperations } from "../../../src/ir/apply.ts";
import { canonicalSchema } from "../../../src/ir/canonical.ts";
import type { Operation, OperationKind } from "../../../src/ir/migration.ts";
import type { SchemaPayload } from "../../../src/ir/schema.ts";
import { conflictOf } from "../../../src/migration/commute.ts";
import { effects } from "../../../src/migration/effects.ts";
import { begun, operations, told } from "./operations.ts";

const kinds = Object.keys(effects) as readonly OperationKind[];
const pairs = operations.flatMap((left) => operations.map((right) => [left, right] as const));

describe("operations of two branches", () => {
  test("there is one of every kind, so every pair of kinds is here", () => {
    expect(kinds.length).toBeGreaterThanOrEqual(40);
    expect(kinds.filter((kind) => !operations.some(({ op }) => op === kind))).toEqual([]);
  });

  test("each fits what both branches begin with", () => {
    for (const operation of operations) {
      expect(() => applyOperations(begun, [operation]), told(operation)).not.toThrow();
    }
  });

  test("those that commute give one schema in either order", () => {
    const wrong = pairs.filter(
      ([left, right]) =>
        conflictOf(left, right, begun) === null && order(left, right) !== order(right, left),
    );

    expect(wrong.map((pair) => pair.map(told))).toEqual([]);
  });

  test("it makes no difference which one comes first", () => {
    const uneven = pairs.filter(
      ([left, right]) =>
        (conflictOf(left, right, begun) === null) !== (conflictOf(right, left, begun) === null),
    );

    expect(uneven.map((pair) => pair.map(told))).toEqual([]);
  });

  test("without the schema no more of them commute", () => {
    const careless = pairs.filter(
      ([left, right]) =>
        conflictOf(left, right) === null && conflictOf(left, right, begun) !== null,
    );

    expect(careless.map((pair) => pair.map(told))).toEqual([]);
  });

  test("the table of all pairs of kinds", async () => {
    await expect(matrix()).toMatchFileSnapshot("commute.table.txt");
  });
});

describe("conflictOf", () => {
  test.for<readonly [string, Operation, Operation, string]>([
    [
      "a default and the value that it is",
      {
        op: "setDefault",
        table: "one",
        column: "mood",
        default: { kind: "literal", value: "bad" },
      },
      { op: "renameEnumValue", enum: "mood", value: "bad", to: "ill" },
      'both change table "one"."mood"',
    ],
    [
      "a key that is dropped and one that points to it",
      { op: "dropPrimaryKey", table: "keyed" },
      operations.find(({ op }) => op === "addForeignKey") as Operation,
      'one changes the keys of table "keyed", which the other uses',
    ],
    [
      "a column of an enum type, and a new value of it",
      { op: "addEnumValue", enum: "mood", value: "fine" },
      operations.find(
        ({ op, ...rest }) =>
          op === "addColumn" && told({ op, ...rest } as Operation).includes("feeling"),
      ) as Operation,
      'one changes enum "mood", which the other uses',
    ],
    [
      "SQL by hand",
      { op: "sql", postgres: "SELECT 1" },
      { op: "dropTable", table: "lone" },
      "SQL by hand can't be compared",
    ],
  ])("%s", ([_, left, right, reason]) => {
    expect(conflictOf(left, right, begun)).toBe(reason);
  });
});

/** The schema after both, or that there is none. */
function order(first: Operation, second: Operation): string {
  try {
    return JSON.stringify(sorted(canonicalSchema(applyOperations(begun, [first, second]))));
  } catch (error) {
    return `refused: ${error instanceof Error ? error.message : String(error)}, ${told(first)} first`;
  }
}

/** Objects are kept in the order in which they were made. */
function sorted(schema: SchemaPayload): SchemaPayload {
  const { objects = [] } = schema;
  return { ...schema, objects: objects.toSorted((a, b) => (a.name < b.name ? -1 : 1)) };
}

/** For each pair of kinds: `.` commutes always, `x` never, `/` sometimes. */
function matrix(): string {
  const width = Math.max(...kinds.map((kind) => kind.length));
  const rows = kinds.map((row) => {
    const cells = kinds.map((column) => {
      const own = pairs.filter(([left, right]) => left.op === row && right.op === column);
      const free = own.filter(([left, right]) => conflictOf(left, right, begun) === null).length;
      return free === 0 ? "x" : free === own.length ? "." : "/";
    });
    return `${row.padEnd(width)} ${cells.join("")}`;
  });
  return `${rows.join("\n")}\n`;
}
