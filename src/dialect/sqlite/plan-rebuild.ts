/** A table made anew: the statements. What surrounds them is in rebuild.ts. */
import { emitIndex, emitTable } from "../../ddl/create.ts";
import type { RebuiltTable, Step } from "../../ddl/plan.ts";
import type { Operation } from "../../ir/migration.ts";
import { sameData } from "../../ir/same.ts";
import type { TableIr } from "../../ir/schema.ts";
import { maxIdentifierBytes, utf8Prefix } from "../../util/identifier.ts";
import { sqliteDdl } from "./ddl.ts";
import { indexesOf } from "./plan-indexes.ts";
import { quote } from "./quote.ts";

/** What waits for a table to be made or made anew. */
export interface Pending {
  /** The table as it stands; null when it is yet to be made. */
  before: TableIr | null;
  readonly operations: Operation[];
  /** Expressions over the old row for columns that don't keep their values. */
  readonly values: Map<string, string>;
}

/** What brings a table to its new form. */
export interface Making {
  /** Set when the table is made anew. */
  readonly rebuilt?: RebuiltTable;
  readonly steps: readonly Step[];
}

/** The statements that bring a table to its new form. */
export function makeTable(pending: Pending, after: TableIr): Making {
  const { before, operations, values } = pending;
  const steps = (statements: readonly string[]): readonly Step[] =>
    statements.map((sql) => ({ sql, operations }));
  const indexes = indexesOf(after)
    .filter((index) => !indexesOf(before ?? empty(after)).some((other) => sameData(index, other)))
    .map((index) => emitIndex(after.name, index, sqliteDdl, once));
  const is = emitTable(after, after.foreignKeys, sqliteDdl, once);
  if (before === null) return { steps: steps([is, ...indexes]) };
  const was = emitTable(before, before.foreignKeys, sqliteDdl, once);
  if (was === is) {
    const set = [...values].map(([name, value]) => `${quote(name)} = ${value}`);
    const update = set.length > 0 ? [`UPDATE ${quote(after.name)} SET ${set.join(", ")}`] : [];
    return { steps: steps([...update, ...indexes]) };
  }
  const aside = utf8Prefix(`__ferro_new_${after.name}`, maxIdentifierBytes);
  const create = emitTable({ ...after, name: aside }, after.foreignKeys, sqliteDdl, once);
  return {
    steps: steps([
      create,
      copySql(before, after, aside, values),
      `DROP TABLE ${quote(after.name)}`,
      `ALTER TABLE ${quote(aside)} RENAME TO ${quote(after.name)}`,
      ...indexes,
    ]),
    rebuilt: {
      name: after.name,
      before: was,
      from: before,
      to: after,
      create,
      columns: before.columns.map(({ name }) => name),
      without: indexesOf(before)
        .filter((index) => !indexesOf(after).some((other) => sameData(index, other)))
        .map(({ name }) => name),
      kept: indexesOf(after)
        .filter((index) => indexesOf(before).some((other) => sameData(index, other)))
        .map((index) => ({
          name: index.name,
          sql: emitIndex(after.name, index, sqliteDdl, once),
        })),
    },
  };
}

const once = { ifMissing: false };

function empty(table: TableIr): TableIr {
  return { ...table, indexes: [], uniques: [] };
}

/** New columns without a value are left to their defaults; generated ones work theirs out. */
function copySql(
  before: TableIr,
  after: TableIr,
  aside: string,
  values: ReadonlyMap<string, string>,
): string {
  const had = new Set(before.columns.map(({ name }) => name));
  const copied = after.columns
    .filter(({ generated }) => generated === null)
    .flatMap(({ name }): readonly (readonly [string, string])[] => {
      const value = values.get(name) ?? (had.has(name) ? quote(name) : undefined);
      return value === undefined ? [] : [[quote(name), value]];
    });
  const rowid = rowidName(before, after);
  const kept = rowid === undefined ? copied : [[rowid, rowid] as const, ...copied];
  // Where no column stays, the rows stay with new numbers.
  const all = kept.length > 0 ? kept : [[quote(after.primaryKey[0] ?? "rowid"), "NULL"] as const];
  const into = all.map(([name]) => name).join(", ");
  const from = all.map(([, value]) => value).join(", ");
  return `INSERT INTO ${quote(aside)} (${into}) SELECT ${from} FROM ${quote(before.name)}`;
}

/** Where the row's own number is no column, it is copied by a name of it that no column has. */
function rowidName(before: TableIr, after: TableIr): string | undefined {
  if (before.withoutRowid === true || after.withoutRowid === true) return undefined;
  if (hasRowidAlias(after)) return undefined;
  const names = [...before.columns, ...after.columns].map(({ name }) => name.toLowerCase());
  return ["rowid", "_rowid_", "oid"].find((name) => !names.includes(name));
}

/** Whether the key is declared as exactly "integer", which makes it the row's number. */
function hasRowidAlias({ primaryKey, columns }: TableIr): boolean {
  const [name] = primaryKey;
  const column = columns.find((each) => each.name === name);
  if (primaryKey.length !== 1 || column === undefined) return false;
  const declared = column.autoincrement
    ? sqliteDdl.autoincrementType(column.type, column.numbering)
    : (column.nativeType ?? sqliteDdl.columnType(column.type));
  return declared.toLowerCase() === "integer";
}
