import { expect, test } from "vitest";
import { revisionFiles } from "../../../src/migration/folder.ts";
import { readGraph } from "../../../src/migration/graph.ts";
import { op } from "../../../src/migration/op.ts";
import { migration, type Revision } from "../../../src/migration/revision.ts";
import { replay } from "../../../src/migration/state.ts";
import { States } from "../../../src/migration/states.ts";

const hex = (n: number): string => n.toString(16).padStart(12, "0");
const column = (table: string, name: string) =>
  op.addColumn(table, { name, type: "text", nullable: true });

function revision(n: number, parents: readonly number[], up: Revision["up"]): Revision {
  return migration({ id: hex(n), parents: parents.map(hex), message: `r${n}`, up });
}

const table = op.createTable("t", {
  columns: [{ name: "id", type: "integer" }],
  primaryKey: ["id"],
});

test("the state before and after each revision is what its lineage makes", () => {
  const graph = readGraph([
    revision(1, [], [table]),
    revision(2, [1], [column("t", "a")]),
    revision(3, [1], [column("t", "b")]),
    revision(4, [2, 3], []),
    revision(5, [4], [op.renameColumn("t", "a", "c")]),
    revision(6, [3], [column("t", "a")]),
  ]);
  const states = new States(graph);

  for (const each of graph.ordered.toReversed()) {
    expect(states.before(each)).toEqual(replay(graph, graph.lineage(each.parents)));
    expect(states.after(each)).toEqual(replay(graph, graph.lineage([each.id])));
  }
});

test("a history longer than the stack is deep is walked once", () => {
  const many = Array.from({ length: 12_000 }, (_, n) =>
    revision(n, n === 0 ? [] : [n - 1], n === 0 ? [table] : []),
  );
  const graph = readGraph(many);

  expect(new States(graph).after(graph.get(hex(11_999))).tables).toHaveLength(1);
});

test("two revisions that are written at once share no file", () => {
  const at = new Date("2026-01-01T00:00:00Z");
  const spec = { parents: [], message: "the same", up: [] };
  const written = [hex(1), hex(2)].map((id) => revisionFiles({ id, ...spec }, {}, at).folder);

  expect(new Set(written).size).toBe(2);
});
