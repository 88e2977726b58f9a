/** Replays operations on tables, columns, constraints and indexes. */
import {
  type Applier,
  columnOf,
  editColumn,
  editTable,
  omit,
  refuse,
  tableOf,
  withNew,
  without,
} from "./edit.ts";
import { fullTextFault } from "./full-text.ts";
import type { OperationKind } from "./migration.ts";
import { renameColumnIn, renameTableIn } from "./renames.ts";
import type { CheckIr, ForeignKeyIr, SchemaPayload, TableIr } from "./schema.ts";
import { columnUsers } from "./users.ts";

type TableOperation = Exclude<
  OperationKind,
  `${string}Enum` | `${string}EnumValue` | `${string}Object` | "replaceable" | "sql" | "data"
>;

export const appliers: { readonly [Kind in TableOperation]: Applier<Kind> } = {
  createTable: (schema, { table }) => {
    const added = { ...schema, tables: withNew(schema.tables, table, "the table") };
    for (const key of table.foreignKeys) assertTarget(added, table, key);
    return added;
  },
  dropTable: (schema, { table }) => {
    const user = schema.tables.find(
      ({ name, foreignKeys }) =>
        name !== table && foreignKeys.some(({ referencedTable }) => referencedTable === table),
    );
    if (user !== undefined) {
      throw refuse(
        `table "${table}" is still pointed to by table "${user.name}"`,
        "drop the foreign key first",
      );
    }
    return { ...schema, tables: without(schema.tables, table, "table") };
  },
  renameTable: (schema, { table, to }) => renameTableIn(schema, table, to),
  setTableComment: (schema, { table, comment }) =>
    editTable(schema, table, (each) => ({ ...each, comment })),
  setTableOptions: (schema, { table, strict, withoutRowid, unlogged }) =>
    editTable(schema, table, (each) => {
      const options = { strict, withoutRowid, unlogged };
      let edited = each;
      for (const name of tableOptions) {
        const on = options[name];
        if (on !== undefined) edited = on ? { ...edited, [name]: true } : omit(edited, name);
      }
      return edited;
    }),

  addColumn: (schema, { table, column }) =>
    editTable(schema, table, (each) => ({
      ...each,
      columns: withNew(each.columns, column, `table "${table}": the column`),
    })),
  dropColumn: (schema, { table, column }) => {
    const of = tableOf(schema, table);
    columnOf(of, column);
    const [user] = columnUsers(schema, of, column);
    if (user !== undefined) {
      throw refuse(`column "${table}"."${column}" is still used by ${user}`, "drop that first");
    }
    if (of.columns.length === 1) {
      throw refuse(`"${column}" is the last column of table "${table}"`, "drop the table instead");
    }
    return editTable(schema, table, (each) => ({
      ...each,
      columns: without(each.columns, column, "column"),
    }));
  },
  renameColumn: (schema, { table, column, to }) => renameColumnIn(schema, table, column, to),
  setType: (schema, operation) =>
    editColumn(schema, operation, (column) => ({
      ...omit(column, "nativeType", "collation"),
      type: operation.type,
      ...(operation.nativeType !== undefined && { nativeType: operation.nativeType }),
      ...(operation.collation !== undefined && { collation: operation.collation }),
    })),
  setNullable: (schema, operation) => {
    const { table, column, nullable } = operation;
    if (nullable && tableOf(schema, table).primaryKey.includes(column)) {
      throw refuse(`column "${table}"."${column}" is part of the primary key and takes no NULL`);
    }
    return editColumn(schema, operation, (each) => ({ ...each, nullable }));
  },
  setDefault: (schema, operation) =>
    editColumn(schema, operation, (each) => ({ ...each, default: operation.default })),
  setGenerated: (schema, operation) =>
    editColumn(schema, operation, (each) => ({ ...each, generated: operation.generated })),
  setNumbering: (schema, operation) =>
    editColumn(schema, operation, (each) => ({
      ...omit(each, "numbering"),
      autoincrement: operation.autoincrement,
      ...(operation.numbering !== undefined && { numbering: operation.numbering }),
    })),
  setColumnComment: (schema, operation) =>
    editColumn(schema, operation, (each) => ({ ...each, comment: operation.comment })),

  addPrimaryKey: (schema, { table, columns, name }) =>
    editTable(schema, table, (each) => {
      if (each.primaryKey.length > 0) throw refuse(`table "${table}" has a primary key already`);
      assertColumns(each, columns);
      // A key takes no NULL, whatever its columns took before.
      const held = each.columns.map((column) =>
        columns.includes(column.name) ? { ...column, nullable: false } : column,
      );
      return {
        ...each,
        columns: held,
        primaryKey: columns,
        ...(name !== undefined && { primaryKeyName: name }),
      };
    }),
  dropPrimaryKey: (schema, { table }) =>
    editTable(schema, table, (each) => {
      if (each.primaryKey.length === 0) throw refuse(`table "${table}" has no primary key`);
      return { ...omit(each, "primaryKeyName"), primaryKey: [] };
    }),
  addUnique: (schema, { table, unique }) =>
    editTable(schema, table, (each) => {
      assertColumns(each, unique.columns);
      return { ...each, uniques: withNew(each.uniques, unique, `table "${table}": the unique`) };
    }),
  dropUnique: (schema, { table, name }) =>
    editTable(schema, table, (each) => ({
      ...each,
      uniques: without(each.uniques, name, `unique of table "${table}"`),
    })),
  addCheck: (schema, { table, check }) =>
    editTable(schema, table, (each) => {
      if (check.kind === "values") columnOf(each, check.column);
      return { ...each, checks: withNew(each.checks, check, `table "${table}": the check`) };
    }),
  dropCheck: (schema, { table, name }) =>
    editTable(schema, table, (each) => ({
      ...each,
      checks: without(each.checks, name, `check of table "${table}"`),
    })),
  addForeignKey: (schema, { table, foreignKey }) => {
    assertTarget(schema, tableOf(schema, table), foreignKey);
    return editTable(schema, table, (each) => ({
      ...each,
      foreignKeys: withNew(each.foreignKeys, foreignKey, `table "${table}": the foreign key`),
    }));
  },
  dropForeignKey: (schema, { table, name }) =>
    editTable(schema, table, (each) => ({
      ...each,
      foreignKeys: without(each.foreignKeys, name, `foreign key of table "${table}"`),
    })),
  addExclude: (schema, { table, exclude }) =>
    editTable(schema, table, (each) => ({
      ...each,
      excludes: withNew(each.excludes ?? [], exclude, `table "${table}": the exclusion`),
    })),
  dropExclude: (schema, { table, name }) =>
    editTable(schema, table, (each) => {
      const left = without(each.excludes ?? [], name, `exclusion of table "${table}"`);
      return left.length === 0 ? omit(each, "excludes") : { ...each, excludes: left };
    }),
  renameConstraint: (schema, { table, name, to }) =>
    editTable(schema, table, (each) => renameConstraint(each, name, to)),
  validate: (schema, { table, name }) => editTable(schema, table, (each) => validate(each, name)),

  createIndex: (schema, { table, index }) =>
    editTable(schema, table, (each) => {
      assertColumns(each, index.columns);
      const fault = fullTextFault(each, index);
      if (fault !== undefined) throw refuse(fault);
      return { ...each, indexes: withNew(each.indexes, index, `table "${table}": the index`) };
    }),
  dropIndex: (schema, { table, name }) =>
    editTable(schema, table, (each) => ({
      ...each,
      indexes: without(each.indexes, name, `index of table "${table}"`),
    })),
  renameIndex: (schema, { table, name, to }) =>
    editTable(schema, table, (each) =>
      // A unique that is no constraint is an index, too.
      each.indexes.some((index) => index.name === name)
        ? { ...each, indexes: renamed(each.indexes, name, to, "the index") }
        : { ...each, uniques: renamed(each.uniques, name, to, "the index") },
    ),

  backfill: (schema, { table, set }) => {
    assertColumns(tableOf(schema, table), Object.keys(set));
    return schema;
  },
};

/** What {@link Operation} setTableOptions switches. */
export const tableOptions = ["strict", "withoutRowid", "unlogged"] as const;

/** The name of a table's primary key constraint. */
export function primaryKeyName(table: TableIr): string {
  return table.primaryKeyName ?? `${table.name}_pkey`;
}

function renameConstraint(table: TableIr, name: string, to: string): TableIr {
  if (table.primaryKey.length > 0 && primaryKeyName(table) === name) {
    return { ...table, primaryKeyName: to };
  }
  const has = (list: readonly { readonly name: string }[] = []) =>
    list.some((each) => each.name === name);
  if (has(table.foreignKeys)) {
    const keys = renamed<ForeignKeyIr>(table.foreignKeys, name, to, "the foreign key");
    return {
      ...table,
      foreignKeys: keys.map((key) => (key.name === to ? { ...key, named: true } : key)),
    };
  }
  if (has(table.checks)) {
    const checks = renamed<CheckIr>(table.checks, name, to, "the check");
    return {
      ...table,
      checks: checks.map((check) =>
        check.name === to && check.kind === "sql" ? omit(check, "unnamed") : check,
      ),
    };
  }
  if (has(table.excludes)) {
    return { ...table, excludes: renamed(table.excludes ?? [], name, to, "the exclusion") };
  }
  if (!has(table.uniques)) throw refuse(`table "${table.name}" has no constraint "${name}"`);
  return { ...table, uniques: renamed(table.uniques, name, to, "the unique") };
}

function validate(table: TableIr, name: string): TableIr {
  const valid = <T extends ForeignKeyIr | CheckIr>(each: T): T =>
    each.name === name && "notValid" in each ? (omit(each, "notValid") as unknown as T) : each;
  if (![...table.foreignKeys, ...table.checks].some((each) => each.name === name)) {
    throw refuse(`table "${table.name}" has no check or foreign key "${name}"`);
  }
  return {
    ...table,
    foreignKeys: table.foreignKeys.map(valid),
    checks: table.checks.map(valid),
  };
}

function renamed<T extends { readonly name: string }>(
  list: readonly T[],
  name: string,
  to: string,
  what: string,
): readonly T[] {
  const item = list.find((each) => each.name === name);
  const left = without(list, name, what.replace("the ", ""));
  return item === undefined ? left : withNew<T>(left, { ...item, name: to }, what);
}

function assertColumns(table: TableIr, columns: readonly string[]): void {
  for (const column of columns) columnOf(table, column);
}

function assertTarget(schema: SchemaPayload, table: TableIr, key: ForeignKeyIr): void {
  assertColumns(table, key.columns);
  assertColumns(tableOf(schema, key.referencedTable), key.referencedColumns);
}
