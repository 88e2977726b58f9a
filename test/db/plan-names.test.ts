/** Names as long as they may be, of letters of one to four bytes: made, renamed and found again. */
import { expect, test } from "vitest";
import { checkName, foreignKeyName, indexName, uniqueName } from "../../src/definition/naming.ts";
import { postgresDialect } from "../../src/dialect/postgres/dialect.ts";
import { sqliteDialect } from "../../src/dialect/sqlite/dialect.ts";
import { applyOperations } from "../../src/ir/apply.ts";
import { canonicalSchema } from "../../src/ir/canonical.ts";
import type { Operation } from "../../src/ir/migration.ts";
import type { SchemaPayload, TableIr } from "../../src/ir/schema.ts";
import { alignSchema } from "../../src/migration/align.ts";
import { diffSchemas } from "../../src/migration/diff.ts";
import { utf8Prefix } from "../../src/util/identifier.ts";
import { column, foreignKey, id, integer, schema, table, text } from "../unit/ddl/ir.ts";
import { carryOut, comparable, make } from "./plan-check.ts";
import { describeEachSchemaDatabase } from "./schema-database.ts";

const dialects = { sqlite: sqliteDialect, postgres: postgresDialect };
const letters = ["a", "é", "漢", "𝒳", '"', " ", "ß", "x'y"];

/** A name of about so many bytes; `at` makes it another one. */
function nameOf(at: number, bytes: number): string {
  const pattern = letters
    .slice(at % letters.length)
    .concat(letters)
    .join("");
  return utf8Prefix(`t${at}${pattern.repeat(10)}`, bytes).trimEnd();
}

/** Fourteen tables of ten columns each, with what is named after them. */
function named(shift: number): SchemaPayload {
  const tables = Array.from({ length: 14 }, (_, at): TableIr => {
    const name = nameOf(at + shift, 25 + (at % 10) * 4);
    const columns = Array.from({ length: 8 }, (__, no) =>
      column(nameOf(no + at, 63 - no * 5), text, { nullable: true }),
    );
    const [first, second] = columns.map((each) => each.name) as [string, string];
    const parent = column(`p${nameOf(at, 50)}`, integer, { nullable: true });
    return table(name, [id(), parent, ...columns].sort(byName), {
      primaryKey: ["id"],
      uniques: [
        { name: uniqueName(name, [first]), columns: [first], inline: true },
        { name: uniqueName(name, [first, second]), columns: [first, second], inline: false },
      ].sort(byName),
      indexes: [{ name: indexName(name, [second]), columns: [second] }],
      checks: [
        { kind: "values", name: checkName(name, second), column: second, values: ["a", "it's"] },
      ],
      foreignKeys: [
        foreignKey([parent.name], name, { name: foreignKeyName(name, [parent.name], name) }),
      ],
    });
  });
  return schema(tables.sort(byName)).payload;
}

const byName = (a: { name: string }, b: { name: string }): number => (a.name < b.name ? -1 : 1);

describeEachSchemaDatabase("long names", (db) => {
  const dialect = dialects[db.name];

  test("are found as they were made", async () => {
    const wanted = named(0);
    const connection = await db.empty();
    await make(connection, dialect, wanted);
    const live = canonicalSchema(await dialect.introspect(connection));

    const names = wanted.tables.flatMap(({ name, columns, uniques, indexes, checks }) => [
      name,
      ...[columns, uniques, indexes, checks].flat().map((each) => each.name),
    ]);
    expect(names.length).toBeGreaterThanOrEqual(200);
    expect(names.some((name) => Buffer.byteLength(name) === 63)).toBe(true);
    const same = canonicalSchema(wanted);
    expect(diffSchemas(alignSchema(live, same, dialect), same)).toEqual({
      operations: [],
      decisions: [],
    });
  });

  test("given by the server, follow what is renamed", async () => {
    const before = named(0);
    const after = named(20);
    const operations = before.tables.flatMap(({ name, columns }, at): readonly Operation[] => {
      const to = `r${after.tables[at]?.name}`.replace(/.$/u, "");
      const [first] = columns.filter((each) => each.name !== "id");
      return [
        { op: "renameTable", table: name, to },
        { op: "renameColumn", table: to, column: first?.name ?? "", to: nameOf(40 + at, 60) },
      ];
    });
    const connection = await db.empty();
    await make(connection, dialect, before);
    await carryOut(connection, dialect, before, operations);
    const fresh = await db.empty();
    await make(fresh, dialect, applyOperations(before, operations));

    expect(comparable(await dialect.introspect(connection))).toEqual(
      comparable(await dialect.introspect(fresh)),
    );
  });
});
