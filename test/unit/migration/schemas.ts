/** Random schemas: small enough that two of them meet in names, and valid on both databases. */
import fc from "fast-check";
import { indexName, uniqueName } from "../../../src/definition/naming.ts";
import type {
  CheckIr,
  ColumnIr,
  DefaultIr,
  EnumIr,
  ForeignKeyIr,
  IndexIr,
  ReferentialAction,
  SchemaPayload,
  TableIr,
  UniqueIr,
} from "../../../src/ir/schema.ts";
import type { StorageType } from "../../../src/ir/type.ts";
import { byName } from "../../../src/util/lists.ts";

const tableNames = ["author", "post", "tag", "Order item"] as const;
const columnNames = ["a", "b", "body", "kind", "note", "rank"] as const;
const enumValues = ["draft", "live", "o'ld", "gone"] as const;

/** A random type, drawn from numbers so that it can be made anew. */
const plainTypes: readonly StorageType[] = [
  { kind: "integer" },
  { kind: "integer", dbType: "smallint" },
  { kind: "bigint" },
  { kind: "text" },
  { kind: "text", dbType: "varchar(40)" },
  { kind: "boolean" },
  { kind: "float" },
  { kind: "decimal", precision: 10, scale: 2 },
  { kind: "date" },
  { kind: "timestamptz", host: "date" },
  { kind: "timestamp", host: "text" },
  { kind: "json" },
  { kind: "bytes" },
  { kind: "uuid" },
];

const literals: Partial<Record<StorageType["kind"], readonly (string | number | boolean)[]>> = {
  integer: [0, 7],
  bigint: [12],
  text: ["", "it's"],
  boolean: [true, false],
  float: [1.5],
  decimal: ["2.50"],
  date: ["2026-01-02"],
};

interface Draft {
  readonly enums: readonly EnumIr[];
  readonly tables: readonly TableIr[];
}

/** A schema of up to four tables with keys among them, circles included. */
export const schemaArbitrary: fc.Arbitrary<SchemaPayload> = fc
  .record({
    mood: fc.option(fc.shuffledSubarray([...enumValues], { minLength: 1 }), { freq: 2 }),
    tables: fc.subarray([...tableNames], { minLength: 1 }),
  })
  .chain(({ mood, tables }) => {
    const enums: EnumIr[] = mood === null ? [] : [{ name: "mood", values: mood }];
    return fc
      .tuple(...tables.map((name) => tableArbitrary(name, enums)))
      .chain((made) =>
        fc
          .tuple(...made.map((table) => keysArbitrary(table, made)))
          .map((keys) =>
            finish({ enums, tables: made.map((table, at) => ({ ...table, ...keys[at] })) }),
          ),
      );
  });

function finish({ enums, tables }: Draft): SchemaPayload {
  return { enums, tables: [...tables].sort(byName) };
}

function tableArbitrary(name: string, enums: readonly EnumIr[]): fc.Arbitrary<TableIr> {
  return fc
    .record({
      columns: fc
        .subarray([...columnNames], { minLength: 1 })
        .chain((names) => fc.tuple(...names.map((column) => columnArbitrary(column, enums)))),
      key: fc.constantFrom("id", "bigid", "code"),
      comment: fc.option(fc.constantFrom("a comment", "it's"), { freq: 1 }),
    })
    .chain(({ columns, key, comment }) =>
      partsArbitrary(name, columns).map((parts): TableIr => {
        const primary = keyColumn(key);
        return {
          name,
          model: null,
          comment,
          columns: [primary, ...columns].sort(byName),
          primaryKey: [primary.name],
          foreignKeys: [],
          ...parts,
        };
      }),
    );
}

function keyColumn(kind: "id" | "bigid" | "code"): ColumnIr {
  if (kind === "code") return plain("code", { kind: "text", dbType: "varchar(20)" });
  const type: StorageType = kind === "id" ? { kind: "integer" } : { kind: "bigint" };
  return { ...plain("id", type), autoincrement: true };
}

function plain(name: string, type: StorageType): ColumnIr {
  return {
    name,
    type,
    nullable: false,
    autoincrement: false,
    default: null,
    generated: null,
    comment: null,
    renamedFrom: null,
  };
}

function columnArbitrary(name: string, enums: readonly EnumIr[]): fc.Arbitrary<ColumnIr> {
  const named = enums.map(
    ({ name: of, values }): StorageType => ({ kind: "enum", name: of, values }),
  );
  const listed: StorageType = { kind: "enum", name: null, values: ["x", "y"] };
  return fc
    .record({
      type: fc.constantFrom(...plainTypes, ...named, ...named, ...named, listed),
      nullable: fc.boolean(),
      withDefault: fc.boolean(),
      comment: fc.option(fc.constant("what it holds"), { freq: 1 }),
    })
    .chain(({ type, nullable, withDefault, comment }) => {
      const values = type.kind === "enum" ? type.values : literals[type.kind];
      const value: fc.Arbitrary<DefaultIr | null> =
        !withDefault || values === undefined
          ? fc.constant(null)
          : fc.constantFrom(...values).map((each) => ({ kind: "literal", value: each }));
      return value.map((given) => ({ ...plain(name, type), nullable, default: given, comment }));
    });
}

type Parts = Pick<TableIr, "uniques" | "indexes" | "checks">;

function partsArbitrary(table: string, columns: readonly ColumnIr[]): fc.Arbitrary<Parts> {
  const names = columns.map(({ name }) => name);
  // PostgreSQL has no order for json.
  const ordered = columns.filter(({ type }) => type.kind !== "json").map(({ name }) => name);
  const group = fc.shuffledSubarray(ordered, {
    minLength: Math.min(1, ordered.length),
    maxLength: Math.min(2, ordered.length),
  });
  const groups = fc
    .uniqueArray(group, { maxLength: 2, selector: (each) => each.join() })
    .map((all) => all.filter((each) => each.length > 0));
  return fc
    .record({ uniques: groups, indexes: groups, partial: fc.boolean(), checked: fc.boolean() })
    .map(({ uniques, indexes, partial, checked }): Parts => {
      const taken = new Set(uniques.map((each) => each.join()));
      const made = indexes
        .filter((each) => !taken.has(each.join()))
        .map(
          (each, at): IndexIr => ({
            name: indexName(table, each),
            columns: each,
            ...(partial && at === 0 && { where: `"${each[0]}" IS NOT NULL` }),
          }),
        );
      return {
        uniques: uniques
          .map(
            (each): UniqueIr => ({
              name: uniqueName(table, each),
              columns: each,
              inline: each.length === 1,
            }),
          )
          .sort(byName),
        indexes: made.sort(byName),
        checks: [
          ...valuesChecks(table, columns),
          ...(checked ? [written(table, names[0] ?? "a")] : []),
        ].sort(byName),
      };
    });
}

function valuesChecks(table: string, columns: readonly ColumnIr[]): readonly CheckIr[] {
  return columns.flatMap(({ name: column, type }): readonly CheckIr[] =>
    type.kind === "enum"
      ? [{ kind: "values", name: `ck_${table}_${column}`, column, values: type.values }]
      : [],
  );
}

function written(table: string, column: string): CheckIr {
  return {
    kind: "sql",
    name: `has_${table}`,
    sql: `"${column}" IS NOT NULL OR "${column}" IS NULL`,
  };
}

const actions: readonly ReferentialAction[] = ["CASCADE", "RESTRICT", "NO ACTION", "SET NULL"];

/** Columns that point to other tables, and to the own. */
function keysArbitrary(
  table: TableIr,
  tables: readonly TableIr[],
): fc.Arbitrary<Pick<TableIr, "columns" | "foreignKeys">> {
  return fc
    .subarray([...tables])
    .chain((targets) =>
      fc.tuple(
        ...targets.map((target) => fc.tuple(fc.constant(target), fc.constantFrom(...actions))),
      ),
    )
    .map((links) => {
      const keys = links.map(([target, onDelete]) => {
        const [key] = target.primaryKey.map((name) =>
          target.columns.find((column) => column.name === name),
        );
        const column: ColumnIr = {
          ...plain(`${target.name}_ref`, key?.type ?? { kind: "integer" }),
          nullable: true,
        };
        const foreignKey: ForeignKeyIr = {
          name: `fk_${table.name}_${column.name}_${target.name}`.replaceAll(" ", "_"),
          columns: [column.name],
          referencedTable: target.name,
          referencedColumns: target.primaryKey,
          onDelete,
          onUpdate: "NO ACTION",
        };
        return { column, foreignKey };
      });
      return {
        columns: [...table.columns, ...keys.map(({ column }) => column)].sort(byName),
        foreignKeys: keys.map(({ foreignKey }) => foreignKey).sort(byName),
      };
    });
}
