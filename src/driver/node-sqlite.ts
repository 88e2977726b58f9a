import { existsSync } from "node:fs";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import {
  type Driver,
  type DriverColumn,
  DriverError,
  type DriverRow,
  type DriverValue,
} from "./driver.ts";
import {
  bindable,
  bindables,
  type SqliteEngine,
  type SqliteStatement,
  UnsafeInteger,
} from "./sqlite-connection.ts";
import { mapRows } from "./sqlite-cursor.ts";
import {
  assertNoTail,
  type SqliteDriverOptions,
  sqliteDriver,
  widenFunction,
} from "./sqlite-open.ts";
import type { SqliteText } from "./sqlite-text.ts";

const leastInteger = -(2 ** 63);

/** The driver over Node's built-in SQLite: the default, nothing to install. */
export function nodeSqliteDriver(options: SqliteDriverOptions): Driver {
  return sqliteDriver("node:sqlite", options, () => new NodeSqliteEngine(options));
}

class NodeSqliteEngine implements SqliteEngine {
  readonly #database: DatabaseSync;
  #open = true;

  constructor({ file, mode, functions = {} }: SqliteDriverOptions) {
    // node:sqlite has no "open, but don't create".
    if (mode === "rw" && file !== ":memory:" && !existsSync(file)) {
      throw new DriverError("unable to open database file: it does not exist", {
        kind: "connect",
        code: "SQLITE_CANTOPEN",
      });
    }
    this.#database = new DatabaseSync(file, { readOnly: mode === "ro" });
    for (const [name, apply] of Object.entries(functions)) {
      const settings = { deterministic: true, useBigIntArguments: true };
      this.#database.function(name, settings, widenFunction(apply));
    }
  }

  get inTransaction(): boolean {
    return this.#database.isTransaction ?? this.#probeTransaction();
  }

  prepare(sql: string, text: SqliteText): SqliteStatement {
    const statement = this.#database.prepare(sql);
    assertNoTail(sql, statement.sourceSQL);
    return typeof statement.setReturnArrays === "function"
      ? new NodeSqliteStatement(statement, text)
      : new ObjectRowStatement(statement, text, this.#columnCount(sql));
  }

  exec(sql: string): void {
    this.#database.exec(sql);
  }

  close(): void {
    if (this.#open) {
      this.#open = false;
      this.#database.close();
    }
  }

  /** Before Node 22.16 nothing tells; a second BEGIN is refused inside a transaction. */
  #probeTransaction(): boolean {
    try {
      this.#database.exec("begin");
    } catch {
      return true;
    }
    this.#database.exec("rollback");
    return false;
  }

  /** Before Node 22.16 nothing tells; the byte code says how wide a result row is. */
  #columnCount(sql: string): number {
    const rows = this.#database.prepare(`explain ${sql}`).all();
    const result = rows.findLast((row) => row["opcode"] === "ResultRow");
    return Number(result?.["p2"] ?? 0);
  }
}

class NodeSqliteStatement implements SqliteStatement {
  readonly returnsRows: boolean;
  readonly #statement: StatementSync;
  readonly #text: SqliteText;
  #bigints = false;

  constructor(statement: StatementSync, text: SqliteText) {
    this.#statement = statement;
    this.#text = text;
    this.returnsRows = statement.columns().length > 0;
    statement.setReturnArrays(true);
  }

  columns(): DriverColumn[] {
    return this.#statement.columns().map(({ name, type }) => ({ name, type }));
  }

  all(values: readonly DriverValue[], bigints: boolean): DriverRow[] {
    if (bigints !== this.#bigints) {
      this.#statement.setReadBigInts(bigints);
      this.#bigints = bigints;
    }
    const rows = runAll(this.#statement, this.#text, values) as unknown as DriverRow[]; // arrays: setReturnArrays
    if (!bigints) {
      assertNoLeastInteger(rows);
    }
    return rows;
  }

  iterate(values: readonly DriverValue[]): Iterator<DriverRow> {
    this.#statement.setReadBigInts(true);
    this.#bigints = true;
    return iterate(this.#statement, this.#text, values) as unknown as Iterator<DriverRow>; // as above
  }

  run(values: readonly DriverValue[]): number {
    return runChanges(this.#statement, this.#text, values);
  }
}

/** Rows on a Node without `setReturnArrays`: objects, which can't hold two columns of one name. */
class ObjectRowStatement implements SqliteStatement {
  readonly returnsRows: boolean;
  readonly #statement: StatementSync;
  readonly #text: SqliteText;
  readonly #columnCount: number;
  #names: readonly string[] = [];

  constructor(statement: StatementSync, text: SqliteText, columnCount: number) {
    this.#statement = statement;
    this.#text = text;
    this.#columnCount = columnCount;
    this.returnsRows = columnCount > 0;
  }

  columns(): DriverColumn[] {
    return this.#names.map((name) => ({ name, type: null }));
  }

  all(values: readonly DriverValue[], bigints: boolean): DriverRow[] {
    this.#statement.setReadBigInts(bigints);
    const rows = runAll(this.#statement, this.#text, values);
    const [first] = rows;
    if (first === undefined) this.#names = [];
    else this.#noteNames(first);
    return rows.map((row) => Object.values(row) as DriverRow);
  }

  iterate(values: readonly DriverValue[]): Iterator<DriverRow> {
    this.#statement.setReadBigInts(true);
    const rows = iterate(this.#statement, this.#text, values);
    return mapRows(rows, (row) => {
      if (this.#names.length === 0) this.#noteNames(row);
      return Object.values(row) as DriverRow;
    });
  }

  #noteNames(row: object): void {
    this.#names = Object.keys(row);
    const moved = this.#names.some((name) => /^\d+$/u.test(name));
    if (this.#names.length !== this.#columnCount || (moved && this.#columnCount > 1)) {
      throw new DriverError(
        "this Node's node:sqlite can't return columns with equal or numeric names; alias them, or use Node 22.16 or newer",
        { kind: "other" },
      );
    }
  }

  run(values: readonly DriverValue[]): number {
    return runChanges(this.#statement, this.#text, values);
  }
}

/** node:sqlite refuses to round every large integer but this one, whose absolute value overflows. */
function assertNoLeastInteger(rows: readonly DriverRow[]): void {
  for (const row of rows) {
    for (let position = 0; position < row.length; position += 1) {
      if (row[position] === leastInteger) {
        throw new UnsafeInteger("an integer has been rounded");
      }
    }
  }
}

function runAll(
  statement: StatementSync,
  { numbered }: SqliteText,
  values: readonly DriverValue[],
): Record<string, unknown>[] {
  try {
    return numbered.length === 0
      ? statement.all(...bindables(values))
      : statement.all(...splitNumbered(numbered, values));
  } catch (error) {
    throw isOutOfRange(error)
      ? new UnsafeInteger("an integer is too large for a number", { cause: error })
      : error;
  }
}

function iterate(
  statement: StatementSync,
  { numbered }: SqliteText,
  values: readonly DriverValue[],
): Iterator<Record<string, unknown>> {
  return numbered.length === 0
    ? statement.iterate(...bindables(values))
    : statement.iterate(...splitNumbered(numbered, values));
}

function runChanges(
  statement: StatementSync,
  { numbered }: SqliteText,
  values: readonly DriverValue[],
): number {
  const { changes } =
    numbered.length === 0
      ? statement.run(...bindables(values))
      : statement.run(...splitNumbered(numbered, values));
  return Number(changes);
}

/** `?NNN` is bound by its name, the rest by position. */
function splitNumbered(
  numbered: readonly number[],
  values: readonly DriverValue[],
): [Record<string, DriverValue>, ...DriverValue[]] {
  const named: Record<string, DriverValue> = {};
  const positional: DriverValue[] = [];
  for (const [position, value] of values.entries()) {
    if (numbered.includes(position + 1)) {
      named[`?${position + 1}`] = bindable(value);
    } else {
      positional.push(bindable(value));
    }
  }
  return [named, ...positional];
}

function isOutOfRange(error: unknown): boolean {
  return error instanceof RangeError && "code" in error && error.code === "ERR_OUT_OF_RANGE";
}
