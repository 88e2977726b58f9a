/** What a table is beside its columns: STRICT, WITHOUT ROWID, UNLOGGED. */
import { describe, expect, test } from "vitest";
import { applyOperation } from "../../../src/ir/apply.ts";
import { invertOperation } from "../../../src/ir/invert.ts";
import { diffSchemas } from "../../../src/migration/diff.ts";
import { op } from "../../../src/migration/op.ts";
import { phaseOf } from "../../../src/migration/phase.ts";
import { migration } from "../../../src/migration/revision.ts";
import { writeOperation } from "../../../src/migration/source.ts";
import { column, foreignKey, id, integer, schema, table } from "../ddl/ir.ts";

const parent = table("parent", [id()], { primaryKey: ["id"] });
const child = table("child", [id(), column("parent_id", integer)], {
  primaryKey: ["id"],
  foreignKeys: [foreignKey(["parent_id"], "parent")],
});
const logged = schema([child, parent]).payload;
const unlogged = schema([
  { ...child, unlogged: true },
  { ...parent, unlogged: true },
]).payload;

describe("the options of tables", () => {
  test("children leave the log before their parents, and come back after them", () => {
    const order = (from: typeof logged, to: typeof logged) =>
      diffSchemas(from, to).operations.map((each) => "table" in each && each.table);

    expect(order(logged, unlogged)).toEqual(["child", "parent"]);
    expect(order(unlogged, logged)).toEqual(["parent", "child"]);
  });

  test("are switched one by one, and back", () => {
    const operation = op.setTableOptions("child", { strict: true, unlogged: false });
    const after = applyOperation(unlogged, operation);

    expect(after.tables[0]).toMatchObject({ name: "child", strict: true });
    expect(after.tables[0]).not.toHaveProperty("unlogged");
    expect(invertOperation(unlogged, operation)).toEqual([
      { op: "setTableOptions", table: "child", strict: false, unlogged: true },
    ]);
  });

  test("are written as a call, and belong after the release", () => {
    const operation = op.setTableOptions("child", { withoutRowid: true });
    const revision = migration({ id: "a".repeat(12), parents: [], message: "a", up: [operation] });

    expect(writeOperation(operation)).toBe('op.setTableOptions("child", { withoutRowid: true })');
    expect(phaseOf(revision, logged)).toEqual({
      phase: "contract",
      because: 'changes the options of "child"',
    });
  });
});
