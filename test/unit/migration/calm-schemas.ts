/** Random schemas whose columns keep their types and keys, so that rows can be followed from one to the next. */
import fc from "fast-check";
import type { IndexIr, SchemaPayload, TableIr } from "../../../src/ir/schema.ts";
import type { StorageType } from "../../../src/ir/type.ts";
import { byName } from "../../../src/util/lists.ts";
import { schemaArbitrary } from "./schemas.ts";

const values = ["draft", "live", "gone", "lost"] as const;

const typeOf: Readonly<Record<string, StorageType>> = {
  a: { kind: "integer" },
  b: { kind: "text" },
  kind: { kind: "boolean" },
  note: { kind: "date" },
  rank: { kind: "decimal", precision: 10, scale: 2 },
};

export const calmArbitrary: fc.Arbitrary<SchemaPayload> = fc
  .tuple(schemaArbitrary, fc.constantFrom(2, 3, 4))
  .map(([schema, count]) => {
    const mood: StorageType = {
      kind: "enum",
      name: "mood",
      values: ["draft", "live", ...values.slice(2, count)],
    };
    return {
      enums: [{ name: "mood", values: mood.values.map(String) }],
      tables: schema.tables.map((table) => calm(table, mood)),
    };
  });

function calm(table: TableIr, mood: StorageType & { kind: "enum" }): TableIr {
  const key = keyOf(table.name);
  const columns = table.columns
    .filter(({ name }) => name !== "id" && name !== "code")
    .map((column) => {
      const target = table.foreignKeys.find(({ columns: [name] }) => name === column.name);
      const type =
        target === undefined ? (typeOf[column.name] ?? mood) : keyOf(target.referencedTable).type;
      return { ...column, type, default: null };
    });
  // An enum has few values, so it stays out of what must be unique.
  const fits = ({ columns: names }: { columns: readonly string[] }) => !names.includes("body");
  return {
    ...table,
    columns: [key, ...columns].sort((a, b) => (a.name < b.name ? -1 : 1)),
    primaryKey: [key.name],
    foreignKeys: table.foreignKeys.map((foreignKey) => ({
      ...foreignKey,
      referencedColumns: [keyOf(foreignKey.referencedTable).name],
    })),
    uniques: table.uniques.filter(fits),
    indexes: [...table.indexes, ...wordsOf(table)].sort(byName),
    checks: [
      ...table.checks.filter(({ kind }) => kind === "sql"),
      ...columns
        .filter(({ name }) => name === "body")
        .map(({ name }) => ({
          kind: "values" as const,
          name: `ck_${table.name}_body`,
          column: name,
          values: mood.values,
        })),
    ].sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

/** Every other table with texts is searched for their words. */
function wordsOf({ name, columns, indexes }: TableIr): readonly IndexIr[] {
  const searched = name !== "tag" && columns.some((column) => column.name === "b");
  if (!searched || indexes.length % 2 === 1) return [];
  return [{ name: `${name}_search`, columns: ["b"], fullText: "english" }];
}

/** One table has a text key, the others numbers. */
function keyOf(table: string): TableIr["columns"][number] {
  const text = table === "tag";
  return {
    name: text ? "code" : "id",
    type: text ? { kind: "text", dbType: "varchar(20)" } : { kind: "integer" },
    nullable: false,
    autoincrement: !text,
    default: null,
    generated: null,
    comment: null,
    renamedFrom: null,
  };
}
