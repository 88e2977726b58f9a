import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { orderTables } from "../../../src/ddl/order.ts";
import type { TableIr } from "../../../src/ir/schema.ts";
import { column, foreignKey, table } from "./ir.ts";

function pointing(name: string, ...parents: readonly string[]): TableIr {
  return table(name, [column("id")], {
    foreignKeys: parents.map((parent) => foreignKey(["id"], parent)),
  });
}

describe("orderTables", () => {
  test("puts parents first and keeps siblings in order", () => {
    const tables = [pointing("a", "z"), pointing("b"), pointing("c", "a"), pointing("z")];

    expect(orderTables(tables).tables.map(({ name }) => name)).toEqual(["z", "a", "b", "c"]);
  });

  test("takes a chain longer than the call stack", () => {
    const length = 20_000;
    const tables = Array.from({ length }, (_, at) =>
      at + 1 < length ? pointing(`t${at}`, `t${at + 1}`) : pointing(`t${at}`),
    );

    expect(orderTables(tables).tables[0]?.name).toBe(`t${length - 1}`);
  });

  test("keeps every table once; in a graph without circles no key points ahead", () => {
    const size = fc.integer({ min: 1, max: 12 });
    const edges = fc.array(fc.tuple(fc.nat(11), fc.nat(11)), { maxLength: 30 });

    fc.assert(
      fc.property(size, edges, fc.boolean(), (count, pairs, circles) => {
        const parents = (at: number) =>
          pairs
            .filter(([child, parent]) => child === at && parent < count)
            .filter(([child, parent]) => circles || parent > child)
            .map(([, parent]) => `t${parent}`);
        const tables = Array.from({ length: count }, (_, at) => pointing(`t${at}`, ...parents(at)));

        const order = orderTables(tables);
        const ahead = order.tables.flatMap((each) =>
          each.foreignKeys.filter((key) => order.pointsAhead(each, key)),
        );

        expect(new Set(order.tables)).toEqual(new Set(tables));
        expect(order.tables).toHaveLength(count);
        if (!circles) expect(ahead).toEqual([]);
        expect(orderTables(tables).tables).toEqual(order.tables);
      }),
    );
  });
});
