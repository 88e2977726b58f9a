/** A table made anew: the statements. What surrounds them is in rebuild.ts. */
import { emitIndex, emitTable } from "../../ddl/create.ts";
import type { RebuiltTable, Step } from "../../ddl/plan.ts";
import { textIndexOf } from "../../ir/full-text.ts";
import type { Operation } from "../../ir/migration.ts";
import { sameData } from "../../ir/same.ts";
import type { IndexIr, TableIr, UniqueIr } from "../../ir/schema.ts";
import { maxIdentifierBytes, utf8Prefix } from "../../util/identifier.ts";
import { sameList } from "../../util/lists.ts";
import { sqliteDdl } from "./ddl.ts";
import { dropTextIndex, keepingTriggers, readAgain, type TextTrigger } from "./full-text.ts";
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
  const was = before ?? { ...after, indexes: [], uniques: [] };
  const [kept, added] = partition(indexesOf(after), (index) => stands(index, after, was));
  const gone = indexesOf(was).filter((index) => !stands(index, was, after));
  const indexes = added.flatMap((index) => emitIndex(after, index, sqliteDdl, once));
  const is = emitTable(after, after.foreignKeys, sqliteDdl, once);
  if (before === null) return { steps: steps([is, ...indexes]) };
  const stood = emitTable(before, before.foreignKeys, sqliteDdl, once);
  if (stood === is) {
    const set = [...values].map(([name, value]) => `${quote(name)} = ${value}`);
    const update = set.length > 0 ? [`UPDATE ${quote(after.name)} SET ${set.join(", ")}`] : [];
    return { steps: steps([...update, ...indexes]) };
  }
  const aside = utf8Prefix(`__ferro_new_${after.name}`, maxIdentifierBytes);
  const create = emitTable({ ...after, name: aside }, after.foreignKeys, sqliteDdl, once);
  return {
    steps: steps([
      ...gone.filter(isText).flatMap(({ name }) => dropTextIndex(name)),
      create,
      copySql(before, after, aside, values),
      `DROP TABLE ${quote(after.name)}`,
      `ALTER TABLE ${quote(aside)} RENAME TO ${quote(after.name)}`,
      ...kept.filter(isText).map(({ name }) => readAgain(name)),
      ...indexes,
    ]),
    rebuilt: {
      name: after.name,
      before: stood,
      from: before,
      to: after,
      create,
      columns: before.columns.map(({ name }) => name),
      without: gone.flatMap((index) => partsOf(index, was)).map(({ name }) => name),
      kept: kept.flatMap((index) => partsOf(index, after)),
    },
  };
}

const once = { ifMissing: false };

type Index = IndexIr | UniqueIr;

function isText(index: Index): index is IndexIr {
  return "fullText" in index && index.fullText !== undefined;
}

/** Whether an index of a table is there in its other form; a full-text index finds its rows by the key. */
function stands(index: Index, table: TableIr, other: TableIr): boolean {
  if (!indexesOf(other).some((each) => sameData(each, index))) return false;
  return !isText(index) || sameList(table.primaryKey, other.primaryKey);
}

/** What stands on the table for an index: a full-text index has a table of its own, kept by triggers. */
function partsOf(index: Index, table: TableIr): readonly TextTrigger[] {
  if (isText(index)) return keepingTriggers(textIndexOf(table, index));
  return emitIndex(table, index, sqliteDdl, once).map((sql) => ({ name: index.name, sql }));
}

function partition<T>(list: readonly T[], is: (item: T) => boolean): readonly [T[], T[]] {
  return [list.filter(is), list.filter((item) => !is(item))];
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
