import { expect } from "vitest";
import type { Dialect } from "../../src/dialect/dialect.ts";
import type { DriverConnection } from "../../src/driver/driver.ts";
import type { Answers, Decision } from "../../src/ir/migration.ts";
import type { ColumnIr, DefaultIr, SchemaPayload, TableIr } from "../../src/ir/schema.ts";
import { diffSchemas } from "../../src/migration/diff.ts";
import { quoteIdentifier as quote } from "../../src/util/identifier.ts";
import { rowsOf } from "./catalog.ts";
import { assertWords, carryOut, make, versionForHalf } from "./plan-check.ts";
import type { SchemaDatabase } from "./schema-database.ts";

/** Makes rows, carries out a change, and looks for each of them. */
export async function checkRows(
  db: SchemaDatabase,
  dialect: Dialect,
  from: SchemaPayload,
  target: SchemaPayload,
): Promise<void> {
  const to = { ...target, tables: target.tables.map((table) => fitUniques(from, table)) };
  const connection = await db.empty();
  try {
    await make(connection, dialect, from);
    for (const table of from.tables) await fillTable(connection, table);
    for (const table of from.tables) await pointToFirst(connection, table);
    const before = await readAll(connection, from);
    const answers = answersFor(from, to);
    const version = await versionForHalf(db, connection, from);
    const { operations } = diffSchemas(from, to, { answers });
    await carryOut(connection, dialect, from, operations, version);
    await assertWords(db, connection, to);
    for (const table of to.tables) {
      const rows = before.get(table.name);
      const was = from.tables.find(({ name }) => name === table.name);
      if (rows === undefined || was === undefined) continue;
      expect(await readTable(connection, table, shared(was, table))).toEqual(
        rows.map((row) => expected(row, was, table, db.name === "sqlite")),
      );
    }
  } finally {
    await connection.close();
  }
}

/** A new column has the same value in every row, so nothing with it can be unique. */
function fitUniques(from: SchemaPayload, table: TableIr): TableIr {
  const was = from.tables.find(({ name }) => name === table.name);
  if (was === undefined) return table;
  const had = new Set(was.columns.map(({ name }) => name));
  const uniques = table.uniques.filter(({ columns }) => columns.every((name) => had.has(name)));
  return { ...table, uniques };
}

type Row = Readonly<Record<string, string | null>>;

/** What the test writes, and what it fills gaps with, by the kind of the column. */
const written: Readonly<Record<string, readonly [first: string, fill: string]>> = {
  integer: ["1", "99"],
  text: ["'one'", "'filled'"],
  boolean: ["true", "false"],
  decimal: ["'1.50'", "'9.50'"],
  enum: ["'live'", "'draft'"],
  date: ["'2026-01-01'", "'2020-01-01'"],
};

/** Two rows: one with every value, one with as few as may be. */
async function fillTable(connection: DriverConnection, table: TableIr): Promise<void> {
  const plain = table.columns.filter(
    ({ name, autoincrement }) => !autoincrement && !name.endsWith("_ref"),
  );
  for (const number of [1, 2]) {
    const given = plain.filter(({ nullable }) => number === 1 || !nullable);
    const values = given.map((column) => valueOf(column, number));
    const names = given.map(({ name }) => quote(name));
    const sql =
      names.length === 0
        ? `INSERT INTO ${quote(table.name)} DEFAULT VALUES`
        : `INSERT INTO ${quote(table.name)} (${names.join(", ")}) VALUES (${values.join(", ")})`;
    await connection.script(sql);
  }
}

function valueOf({ name, type }: ColumnIr, number: number): string {
  if (name === "code") return `'k${number}'`;
  const [first = "NULL"] = written[type.kind] ?? [];
  if (number === 1) return first;
  if (type.kind === "enum") return `'${type.values.at(-1)}'`;
  const second: Readonly<Record<string, string>> = {
    integer: "2",
    text: "'two'",
    boolean: "false",
    decimal: "'2.50'",
    date: "'2026-01-02'",
  };
  return second[type.kind] ?? "NULL";
}

async function pointToFirst(connection: DriverConnection, table: TableIr): Promise<void> {
  for (const { columns, referencedTable, referencedColumns } of table.foreignKeys) {
    const [from = "", to = ""] = [columns[0], referencedColumns[0]];
    await connection.script(
      `UPDATE ${quote(table.name)} SET ${quote(from)} = (SELECT min(${quote(to)}) FROM ${quote(referencedTable)})`,
    );
  }
}

async function readAll(
  connection: DriverConnection,
  schema: SchemaPayload,
): Promise<ReadonlyMap<string, readonly Row[]>> {
  const all = new Map<string, readonly Row[]>();
  for (const table of schema.tables) {
    const names = table.columns.map(({ name }) => name);
    all.set(table.name, await readTable(connection, table, names));
  }
  return all;
}

async function readTable(
  connection: DriverConnection,
  { name, primaryKey }: TableIr,
  columns: readonly string[],
): Promise<readonly Row[]> {
  const list = columns.map((column) => `CAST(${quote(column)} AS text)`).join(", ");
  const rows = await rowsOf(
    connection,
    `SELECT ${list} FROM ${quote(name)} ORDER BY ${quote(primaryKey[0] ?? "")}`,
  );
  return rows.map((row) =>
    Object.fromEntries(columns.map((column, at) => [column, row[at] as string | null])),
  );
}

function shared(was: TableIr, is: TableIr): readonly string[] {
  const names = was.columns.map(({ name }) => name);
  return is.columns.map(({ name }) => name).filter((name) => names.includes(name));
}

/** The row after the change: what was empty and must not be is filled, and a value that is gone is replaced. */
function expected(row: Row, was: TableIr, is: TableIr, digits: boolean): Row {
  return Object.fromEntries(
    shared(was, is).map((name) => {
      const column = is.columns.find((each) => each.name === name);
      const value = row[name] ?? null;
      if (column === undefined) return [name, value];
      if (value === null && !column.nullable) {
        return [name, digits && column.type.kind === "boolean" ? "0" : filled(column)];
      }
      const gone =
        column.type.kind === "enum" && value !== null && !column.type.values.includes(value);
      return [name, gone ? "draft" : value];
    }),
  );
}

/** What a fill looks like when it is read as text. */
function filled(column: ColumnIr): string {
  const [, fill = ""] = written[column.type.kind] ?? [];
  return fill.replaceAll("'", "");
}

function answersFor(from: SchemaPayload, to: SchemaPayload): Answers {
  const answers: Record<string, Answers[string]> = {};
  for (let round = 0; round < 100; round += 1) {
    const decision = diffSchemas(from, to, { answers }).decisions[0];
    if (decision === undefined) return answers;
    answers[decision.id] = answerTo(decision, to);
  }
  throw new Error("there are always more questions");
}

function answerTo(decision: Decision, to: SchemaPayload): Answers[string] {
  switch (decision.kind) {
    case "rename":
      return { rename: null };
    case "fill": {
      const column = to.tables
        .find(({ name }) => name === decision.table)
        ?.columns.find(({ name }) => name === decision.column);
      return { fill: column === undefined ? null : fillOf(column) };
    }
    case "enumMapping":
      return { mapping: Object.fromEntries(decision.removed.map((value) => [value, "draft"])) };
  }
}

function fillOf(column: ColumnIr): DefaultIr {
  const { kind } = column.type;
  const text = filled(column);
  const value = kind === "integer" ? Number(text) : kind === "boolean" ? text === "true" : text;
  return { kind: "literal", value };
}
