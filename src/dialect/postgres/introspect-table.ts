/** The rows of the catalog that belong to one table, as TableIr. */
import type {
  CheckIr,
  ColumnIr,
  Deferrable,
  ExcludeIr,
  ForeignKeyIr,
  IndexIr,
  IndexKeyIr,
  NumberingIr,
  ReferentialAction,
  TableIr,
  UniqueIr,
  UnmanagedIr,
} from "../../ir/schema.ts";
import { withoutOuterParentheses } from "../../sql/parentheses.ts";
import { byName } from "../../util/lists.ts";
import { constraintName } from "../constraint-name.ts";
import { readCheck, readDefault } from "./introspect-expressions.ts";
import { asFullText } from "./introspect-full-text.ts";
import type {
  ColumnRow,
  ConstraintRow,
  IndexKeyRow,
  IndexRow,
  RelationRow,
  SequenceRow,
  TypeRow,
} from "./introspect-queries.ts";
import {
  findSerial,
  identityOptions,
  type OwnedSequences,
  serialOptions,
} from "./introspect-sequences.ts";
import { readType } from "./introspect-types.ts";

/** What the catalog says about one table, and about what its columns use. */
export interface TableRows {
  readonly relation: RelationRow;
  readonly columns: readonly ColumnRow[];
  readonly constraints: readonly ConstraintRow[];
  readonly indexes: readonly IndexRow[];
  readonly types: ReadonlyMap<string, TypeRow>;
  readonly sequences: OwnedSequences;
  /** The columns of every table that is read. */
  readonly columnsOf: ReadonlyMap<string, readonly ColumnRow[]>;
}

/** A table, and what of it has no place in a TableIr. */
export interface TableReading {
  readonly table: TableIr;
  readonly unmanaged: readonly UnmanagedIr[];
  /** Sequences that a column has for its own. */
  readonly owned: readonly SequenceRow[];
}

/** Puts one table together. */
export function readTable(rows: TableRows): TableReading {
  const { relation, constraints } = rows;
  const owned: SequenceRow[] = [];
  const unmanaged: UnmanagedIr[] = [];
  const names = new Map(rows.columns.map(({ number, name }) => [number, name]));
  const columns = rows.columns.map((row) => readColumn(row, rows, owned));
  const byColumn = new Map(columns.map((column) => [column.name, column]));

  const leave = (kind: string, name: string, reason: string): void => {
    unmanaged.push({ kind, name, table: relation.name, reason });
  };
  const managed = constraints.filter((row) => {
    const reason = unmanageable(row);
    if (reason !== undefined) leave("constraint", row.name, reason);
    return reason === undefined;
  });
  const of = (kind: ConstraintRow["kind"]): readonly ConstraintRow[] =>
    managed.filter((row) => row.kind === kind);
  const named = (row: ConstraintRow): readonly string[] => columnNames(row.columns, names);
  const indexOf = new Map(rows.indexes.map((index) => [index.oid, index]));

  const [key] = of("p");
  const { indexes, uniques } = readIndexes(rows.indexes, names, leave);
  const excludes = of("x").map(({ name, definition }): ExcludeIr => ({ name, definition }));
  if (key?.deferrable) leave("constraint", key.name, "a primary key that is checked at commit");

  const table: TableIr = {
    name: relation.name,
    model: null,
    comment: relation.comment,
    columns: columns.map((column) => saysHow(column, key && named(key))).sort(byName),
    primaryKey: key === undefined ? [] : named(key),
    foreignKeys: of("f")
      .map((row) => readForeignKey(relation.name, row, names, rows.columnsOf.get(row.target ?? "")))
      .sort(byName),
    uniques: [
      ...of("u").map((row) => readUnique(relation.name, row, indexOf.get(row.index), names)),
      ...uniques,
    ].sort(byName),
    indexes: indexes.sort(byName),
    checks: oneListEach(
      of("c").map((row) => readCheckRow(row, byColumn)),
      of("c"),
    ).sort(byName),
    ...(key !== undefined &&
      key.name !== constraintName(relation.name, [], "pkey") && { primaryKeyName: key.name }),
    ...(excludes.length > 0 && { excludes: excludes.sort(byName) }),
    ...(relation.unlogged && { unlogged: true }),
    ...(relation.partition_by !== null && { partitionBy: relation.partition_by }),
  };
  return {
    table: { ...table, indexes: table.indexes.map((index) => asFullText(table, index)) },
    unmanaged,
    owned,
  };
}

/** Why a constraint can't be said in a TableIr. */
function unmanageable(row: ConstraintRow): string | undefined {
  if (row.enforced === false) return "it is not enforced";
  if (row.period === true) return "it holds without overlaps in time";
  if (row.kind === "f" && row.target_here === false)
    return "it points to a partition, or to another schema";
  if (row.kind === "f" && row.match === "p") return "MATCH PARTIAL";
  return undefined;
}

function readColumn(
  row: ColumnRow,
  { relation, types, sequences }: TableRows,
  owned: SequenceRow[],
): ColumnIr {
  const read = readType({ oid: row.type, declared: row.declared, element: row.element }, types);
  const own = sequences.of(row.table, row.number);
  const serial = row.default === null ? undefined : findSerial(relation.name, row, own);
  const identity = row.identity === "" ? undefined : own.find((sequence) => sequence.identity);
  if (serial !== undefined) owned.push(serial);
  if (identity !== undefined) owned.push(identity);
  const numbering = readNumbering(row, identity, serial);
  const generated = row.generated !== "" && row.default !== null;
  return {
    name: row.name,
    ...read,
    nullable: !row.not_null,
    autoincrement: row.identity !== "" || serial !== undefined,
    default:
      row.default === null || generated || serial !== undefined
        ? null
        : readDefault(row.default, read.type, read.nativeType),
    generated: generated
      ? { sql: withoutOuterParentheses(row.default ?? ""), stored: row.generated === "s" }
      : null,
    comment: row.comment,
    renamedFrom: null,
    ...(row.collation !== null && { collation: collationName(row.collation) }),
    ...(numbering !== undefined && { numbering }),
    position: row.number,
  };
}

/** Only of a key of one column it goes without saying that the database numbers it by default. */
function saysHow(column: ColumnIr, key: readonly string[] | undefined): ColumnIr {
  const soleKey = key?.length === 1 && key[0] === column.name;
  if (!column.autoincrement || column.numbering !== undefined || soleKey) return column;
  return { ...column, numbering: { kind: "byDefault" } };
}

function readNumbering(
  row: ColumnRow,
  identity: SequenceRow | undefined,
  serial: SequenceRow | undefined,
): NumberingIr | undefined {
  if (serial !== undefined) {
    const options = serialOptions(row, serial);
    return { kind: "serial", ...(options !== "" && { options }) };
  }
  if (row.identity === "") return undefined;
  const options = identity === undefined ? "" : identityOptions(identity);
  if (row.identity === "a") return { kind: "always", ...(options !== "" && { options }) };
  return options === "" ? undefined : { kind: "byDefault", options };
}

/** A collation's name; with a schema it stays SQL. */
function collationName(printed: string): string {
  if (/^"(?:[^"]|"")+"$/.test(printed)) return printed.slice(1, -1).replaceAll('""', '"');
  const plain = /^[a-z_][a-z0-9_$]*$/.test(printed);
  return plain || printed.startsWith('"') ? printed : `"${printed.replace(".", '".')}`;
}

const actions: Readonly<Record<string, ReferentialAction>> = {
  a: "NO ACTION",
  r: "RESTRICT",
  c: "CASCADE",
  n: "SET NULL",
  d: "SET DEFAULT",
};

function readForeignKey(
  table: string,
  row: ConstraintRow,
  names: ReadonlyMap<number, string>,
  target: readonly ColumnRow[] = [],
): ForeignKeyIr {
  const columns = columnNames(row.columns, names);
  const setColumns = columnNames(row.set_columns, names);
  const deferrable = readDeferrable(row);
  return {
    name: row.name,
    columns,
    referencedTable: row.target_name ?? "",
    referencedColumns: (row.target_columns ?? []).map(
      (number) => target.find((column) => column.number === number)?.name ?? "",
    ),
    onDelete: actions[row.on_delete] ?? "NO ACTION",
    onUpdate: actions[row.on_update] ?? "NO ACTION",
    ...(row.name !== constraintName(table, columns, "fkey") && { named: true }),
    ...(deferrable !== undefined && { deferrable }),
    ...(row.match === "f" && { match: "FULL" }),
    ...(setColumns.length > 0 && { setColumns }),
    ...(!row.valid && { notValid: true }),
  };
}

function readDeferrable(row: ConstraintRow): Deferrable | undefined {
  if (!row.deferrable) return undefined;
  return row.deferred ? "deferred" : "immediate";
}

function readUnique(
  table: string,
  row: ConstraintRow,
  index: IndexRow | undefined,
  names: ReadonlyMap<number, string>,
): UniqueIr {
  const columns = columnNames(row.columns, names);
  const include = columnNames(index?.columns.slice(index.key_count), names);
  const deferrable = readDeferrable(row);
  const distinct = index?.nulls_not_distinct === true;
  const plain = deferrable === undefined && !distinct && include.length === 0;
  const usual = row.name === constraintName(table, columns, "key");
  if (plain && usual && columns.length === 1) return { name: row.name, columns, inline: true };
  return {
    name: row.name,
    columns,
    inline: false,
    constraint: true,
    ...(deferrable !== undefined && { deferrable }),
    ...(distinct && { nullsNotDistinct: true }),
    ...(include.length > 0 && { include }),
  };
}

function readCheckRow(row: ConstraintRow, columns: ReadonlyMap<string, ColumnIr>): CheckIr {
  return readCheck(row.name, row.expression ?? "", columns, {
    ...(row.no_inherit && { noInherit: true }),
    ...(!row.valid && { notValid: true }),
  });
}

/** A field says one list of values; another list of its column stays SQL. */
function oneListEach(checks: readonly CheckIr[], rows: readonly ConstraintRow[]): CheckIr[] {
  const listed = new Set<string>();
  return checks.map((check, at) => {
    if (check.kind === "sql") return check;
    if (!listed.has(check.column)) {
      listed.add(check.column);
      return check;
    }
    const sql = withoutOuterParentheses(rows[at]?.expression ?? "");
    return { kind: "sql", name: check.name, sql };
  });
}

function readIndexes(
  rows: readonly IndexRow[],
  names: ReadonlyMap<number, string>,
  leave: (kind: string, name: string, reason: string) => void,
): { readonly indexes: IndexIr[]; readonly uniques: UniqueIr[] } {
  const indexes: IndexIr[] = [];
  const uniques: UniqueIr[] = [];
  for (const row of rows) {
    if (row.constraint) continue;
    if (!row.valid) {
      leave("index", row.name, "it is not valid: its making failed or is under way");
      continue;
    }
    const index = readIndex(row, names);
    const plainUnique = Object.keys(index).every((key) =>
      ["name", "columns", "unique"].includes(key),
    );
    if (row.unique && plainUnique) {
      uniques.push({ name: row.name, columns: index.columns, inline: false });
    } else indexes.push(index);
  }
  return { indexes, uniques };
}

function readIndex(row: IndexRow, names: ReadonlyMap<number, string>): IndexIr {
  const keys = row.keys.map((key, at) => readKey(key, names.get(row.columns[at] ?? 0)));
  const plain = keys.every((key) => "column" in key && Object.keys(key).length === 1);
  const include = columnNames(row.columns.slice(row.key_count), names);
  const options = (row.options ?? []).join(", ");
  return {
    name: row.name,
    columns: keys.flatMap((key) => ("column" in key ? [key.column] : [])),
    ...(!plain && { keys }),
    ...(row.unique && { unique: true }),
    ...(row.method !== "btree" && { method: row.method }),
    ...(include.length > 0 && { include }),
    ...(row.where !== null && { where: withoutOuterParentheses(row.where) }),
    ...(row.nulls_not_distinct === true && { nullsNotDistinct: true }),
    ...(options !== "" && { options }),
  };
}

function readKey(row: IndexKeyRow, column: string | undefined): IndexKeyIr {
  const descending = (row.order & 1) === 1;
  const nullsFirst = (row.order & 2) === 2;
  return {
    ...(column === undefined ? { expression: withoutOuterParentheses(row.sql ?? "") } : { column }),
    ...(descending && { descending: true }),
    // NULL comes last in ascending order, first in descending.
    ...(nullsFirst !== descending && { nulls: nullsFirst ? "first" : "last" }),
    ...(row.collation !== null && { collation: collationName(row.collation) }),
    ...(row.class !== null && { operatorClass: row.class }),
  };
}

function columnNames(
  numbers: readonly number[] | null | undefined,
  names: ReadonlyMap<number, string>,
): readonly string[] {
  return (numbers ?? []).map((number) => names.get(number) ?? "");
}
