/** One table of SQLite, from the text that made it, as TableIr. */

import { unnamedCheckName } from "../../ir/check-name.ts";
import type {
  CheckIr,
  ColumnIr,
  ForeignKeyIr,
  IndexIr,
  IndexKeyIr,
  ReferentialAction,
  TableIr,
  UniqueIr,
  UnmanagedIr,
} from "../../ir/schema.ts";
import { withoutOuterParentheses } from "../../sql/parentheses.ts";
import { byName } from "../../util/lists.ts";
import { constraintName } from "../constraint-name.ts";
import type { ColumnText, ConstraintText, IndexText, KeyText, TableText } from "./ddl-parts.ts";
import { readDefault, readValues } from "./introspect-expressions.ts";
import { readType } from "./introspect-types.ts";

/** What PRAGMA table_xinfo says about a column. */
export interface ColumnFacts {
  readonly name: string;
  readonly type: string;
  readonly notNull: boolean;
  /** The place in the primary key, from 1; 0 outside of it. */
  readonly key: number;
  readonly generated: boolean;
}

/** A table as SQLite keeps it. */
export interface StoredTable {
  readonly name: string;
  readonly text: TableText;
  readonly indexes: readonly IndexText[];
  readonly columns: readonly ColumnFacts[];
}

/** Tables by their names in small letters. */
type TablesByName = ReadonlyMap<string, StoredTable>;

/** A table, and what of it has no place in a TableIr. */
export interface TableReading {
  readonly table: TableIr;
  readonly unmanaged: readonly UnmanagedIr[];
}

/** A constraint with the columns that it is about. */
interface Rule {
  readonly text: ConstraintText;
  readonly columns: readonly string[];
}

/**
 * Puts one table together.
 *
 * @param all - Every table by its name in small letters: foreign keys may point to a key without naming it.
 */
export function readTable(stored: StoredTable, all: TablesByName): TableReading {
  const { name, text } = stored;
  const rules = rulesOf(stored);
  const of = (kind: ConstraintText["kind"]) => rules.filter((rule) => rule.text.kind === kind);
  const [key] = of("primaryKey");
  const primaryKey = stored.columns
    .filter((column) => column.key > 0)
    .sort((a, b) => a.key - b.key)
    .map((column) => column.name);
  const rowid = rowidKey(stored, key?.text);
  const numbering = key?.text.autoincrement === true ? "numbered" : "plain";
  const columns = stored.columns.map((facts, at) => {
    const isRowid = facts.name === rowid;
    return readColumn(facts, find(text.columns, facts.name), at, isRowid ? numbering : null);
  });
  const { indexes, uniques } = readIndexes(stored);
  return {
    table: {
      name,
      model: null,
      comment: null,
      columns: columns.sort(byName),
      primaryKey,
      foreignKeys: of("foreignKey")
        .filter(({ text }) => leadsSomewhere(text, all))
        .map((rule) => readForeignKey(name, rule, all))
        .sort(byName),
      uniques: [...readUniques(name, of("unique"), primaryKey), ...uniques].sort(byName),
      indexes: indexes.sort(byName),
      checks: readChecks(name, of("check"), columns).sort(byName),
      ...(key?.text.name != null && { primaryKeyName: key.text.name }),
      ...(text.strict && { strict: true }),
      ...(text.withoutRowid && { withoutRowid: true }),
    },
    unmanaged: [...lost(name, rules, all)],
  };
}

/** The constraints of columns and of the table, with their columns in the table's spelling. */
function rulesOf({ text, columns }: StoredTable): readonly Rule[] {
  const spell = (name: string) => find(columns, name)?.name ?? name;
  return [
    ...text.columns.flatMap((column) =>
      column.constraints.map((rule) => ({ text: rule, columns: [spell(column.name)] })),
    ),
    ...text.constraints.map((rule) => ({
      text: rule,
      columns: rule.columns.map(({ column, sql }) => spell(column ?? sql)),
    })),
  ];
}

function find<Named extends { readonly name: string }>(
  list: readonly Named[],
  name: string,
): Named | undefined {
  const lower = name.toLowerCase();
  return list.find((each) => each.name.toLowerCase() === lower);
}

/** The column that is the rowid by another name: of type INTEGER, alone in the key. */
function rowidKey(stored: StoredTable, key: ConstraintText | undefined): string | undefined {
  const [column, other] = stored.columns.filter(({ key }) => key > 0);
  if (column === undefined || other !== undefined || stored.text.withoutRowid) return undefined;
  if (column.type.toUpperCase() !== "INTEGER") return undefined;
  // By an old mistake that is kept, INTEGER PRIMARY KEY DESC is an ordinary column.
  return key?.descending === true && key.columns.length === 0 ? undefined : column.name;
}

function readColumn(
  facts: ColumnFacts,
  text: ColumnText | undefined,
  position: number,
  rowid: "plain" | "numbered" | null,
): ColumnIr {
  const read = readType(facts.type);
  const of = (kind: ConstraintText["kind"]) =>
    text?.constraints.findLast((constraint) => constraint.kind === kind);
  const preset = of("default");
  const generated = of("generated");
  const collation = of("collate");
  return {
    name: facts.name,
    ...read,
    // The rowid is never NULL, whether or not the table says so.
    nullable: !facts.notNull && rowid === null,
    autoincrement: rowid !== null,
    default: preset === undefined ? null : readDefault(preset.sql, read.type),
    generated:
      generated === undefined ? null : { sql: generated.sql.trim(), stored: generated.stored },
    comment: null,
    renamedFrom: null,
    ...(collation !== undefined && { collation: collation.sql }),
    ...(rowid === "plain" && { numbering: { kind: "rowid" } }),
    position: position + 1,
  };
}

function readForeignKey(table: string, { text, columns }: Rule, all: TablesByName): ForeignKeyIr {
  const { references, name } = text;
  const target = all.get((references?.table ?? "").toLowerCase());
  const named = (references?.columns ?? []).map(
    (column) => find(target?.columns ?? [], column)?.name ?? column,
  );
  const key = (target?.columns ?? [])
    .filter((column) => column.key > 0)
    .sort((a, b) => a.key - b.key)
    .map((column) => column.name);
  const deferrable = references?.deferrable ?? null;
  return {
    name: name ?? constraintName(table, columns, "fkey"),
    columns,
    referencedTable: target?.name ?? references?.table ?? "",
    referencedColumns: named.length > 0 ? named : key,
    onDelete: action(references?.onDelete),
    onUpdate: action(references?.onUpdate),
    ...(name !== null && { named: true }),
    ...(deferrable !== null && { deferrable }),
  };
}

/** SQLite takes a foreign key to a table that isn't there. */
function leadsSomewhere({ references }: ConstraintText, all: TablesByName): boolean {
  return all.get((references?.table ?? "").toLowerCase()) !== undefined;
}

const actions: readonly ReferentialAction[] = [
  "CASCADE",
  "RESTRICT",
  "SET NULL",
  "SET DEFAULT",
  "NO ACTION",
];

function action(text: string | undefined): ReferentialAction {
  return actions.find((known) => known === text) ?? "NO ACTION";
}

function readUniques(
  table: string,
  rules: readonly Rule[],
  primaryKey: readonly string[],
): readonly UniqueIr[] {
  const found = new Map<string, UniqueIr>();
  for (const { text, columns } of rules) {
    const usual = constraintName(table, columns, "key");
    const name = text.name ?? usual;
    const inline = columns.length === 1 && name === usual;
    const isKey =
      columns.length === primaryKey.length && columns.every((c, n) => c === primaryKey[n]);
    // SQLite makes no index for what is unique already.
    if (isKey || found.has(name)) continue;
    found.set(name, { name, columns, inline, ...(!inline && { constraint: true }) });
  }
  return [...found.values()];
}

function readChecks(
  table: string,
  rules: readonly Rule[],
  columns: readonly ColumnIr[],
): CheckIr[] {
  const listed = new Set<string>();
  return rules.map(({ text }): CheckIr => {
    const unnamed = text.name === null ? ({ unnamed: true } as const) : {};
    const list = readValues(text.sql);
    const column = list && find(columns, list.column);
    // A list that a field can say, and the first one of its column.
    if (column !== undefined && fits(column, list?.values ?? []) && !listed.has(column.name)) {
      listed.add(column.name);
      const body = { column: column.name, values: list?.values ?? [] };
      return {
        kind: "values",
        name: text.name ?? unnamedCheckName(table, body),
        ...body,
        ...unnamed,
      };
    }
    const sql = withoutOuterParentheses(text.sql);
    return { kind: "sql", name: text.name ?? unnamedCheckName(table, sql), sql, ...unnamed };
  });
}

function fits({ type }: ColumnIr, values: readonly (string | number)[]): boolean {
  const kind = values.every((value) => typeof value === "string") ? "text" : "integer";
  return type.kind === kind && new Set(values).size === values.length;
}

function readIndexes(stored: StoredTable): {
  readonly indexes: IndexIr[];
  readonly uniques: UniqueIr[];
} {
  const indexes: IndexIr[] = [];
  const uniques: UniqueIr[] = [];
  for (const text of stored.indexes) {
    const keys = text.keys.map((key) => readKey(key, stored));
    const plain = keys.every((key) => "column" in key && Object.keys(key).length === 1);
    const columns = keys.flatMap((key) => ("column" in key ? [key.column] : []));
    if (text.unique && plain && text.where === null) {
      uniques.push({ name: text.name, columns, inline: false });
      continue;
    }
    indexes.push({
      name: text.name,
      columns,
      ...(!plain && { keys }),
      ...(text.unique && { unique: true }),
      ...(text.where !== null && { where: withoutOuterParentheses(text.where) }),
    });
  }
  return { indexes, uniques };
}

function readKey(key: KeyText, { columns }: StoredTable): IndexKeyIr {
  const column = key.column === null ? undefined : find(columns, key.column)?.name;
  return {
    ...(column === undefined ? { expression: withoutOuterParentheses(key.sql) } : { column }),
    ...(key.descending && { descending: true }),
    ...(key.collation !== null && { collation: key.collation }),
  };
}

/** What a table made anew from its TableIr would not have. */
function* lost(table: string, rules: readonly Rule[], all: TablesByName): Generator<UnmanagedIr> {
  for (const { text, columns } of rules) {
    const name = `${table} (${columns.join(", ")})`;
    if (text.conflict !== null && text.conflict !== "ABORT") {
      const reason = `ON CONFLICT ${text.conflict} is kept as it is`;
      yield { kind: "conflict clause", name, table, reason };
    }
    const directed = text.columns.some(({ descending, collation }) => descending || collation);
    if (directed || (text.descending && text.kind === "primaryKey")) {
      const reason = "an order or a collation inside a key is kept as it is";
      yield { kind: "key order", name, table, reason };
    }
    if (text.kind === "foreignKey" && !leadsSomewhere(text, all)) {
      const reason = `it points to "${text.references?.table}", which is no table`;
      yield { kind: "foreign key", name, table, reason };
    }
    if (text.references?.match != null && text.references.match !== "SIMPLE") {
      const reason = `MATCH ${text.references.match} is kept, and SQLite pays no heed to it`;
      yield { kind: "match clause", name, table, reason };
    }
  }
}
