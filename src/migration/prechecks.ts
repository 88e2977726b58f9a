/** Looks, before anything is changed, for rows that a later statement would fail on. */
import type { DdlDialect } from "../ddl/dialect.ts";
import {
  type DriverConnection,
  DriverError,
  type DriverRow,
  type DriverValue,
} from "../driver/driver.ts";
import { MigrationError } from "../errors/errors.ts";
import { enumColumns } from "../ir/apply-enum.ts";
import type { Operation, OperationOf } from "../ir/migration.ts";
import type { ColumnIr, SchemaPayload } from "../ir/schema.ts";
import { mayFail, shrinks, typeOf } from "./lint/types.ts";
import type { MigrationTarget } from "./target.ts";
import type { PlannedRevision } from "./upgrade.ts";

/** One question to the rows that are there. */
interface Precheck {
  readonly rule: string;
  readonly problem: string;
  /** The first column of each row says where; null where that can't be asked. */
  readonly sql: string | null;
  /** Fails if a row stands in the way, with the database's own words; `sql` is asked only then. */
  readonly attempt?: string;
}

const shown = 5;

/**
 * Asks about everything that is to be run.
 *
 * Only what is in the database as it stands can be asked about: a column that the run itself makes,
 * renames or fills is left to its statements.
 *
 * @throws {MigrationError} Rows stand in the way; the message names each rule and up to five keys.
 */
export async function runPrechecks(
  target: MigrationTarget,
  planned: readonly PlannedRevision[],
): Promise<void> {
  const failures: string[] = [];
  for (const check of findPrechecks(target, planned)) {
    const found = await ask(target.connection, check);
    if (found !== null) failures.push(`  ${check.rule} ${check.problem}: ${found}`);
  }
  if (failures.length === 0) return;
  throw new MigrationError(
    `rows stand in the way, so nothing was changed:\n${failures.join("\n")}`,
    { hint: "mend the rows, or put a backfill or a data step before the operation" },
  );
}

/** What stands in the way, in words; null for nothing. */
async function ask(
  connection: DriverConnection,
  { sql, attempt }: Precheck,
): Promise<string | null> {
  const refused = attempt === undefined ? null : await refusal(connection, attempt);
  if (attempt !== undefined && refused === null) return null;
  const rows = sql === null ? [] : await readRows(connection, sql, refused !== null);
  if (rows.length === 0) return refused;
  const keys = rows.slice(0, shown).map(([key = null]) => printKey(key));
  return `${keys.join(", ")}${rows.length > shown ? ", …" : ""}`;
}

/** What the database says to a query that reads only; null where it has an answer. */
async function refusal(connection: DriverConnection, sql: string): Promise<string | null> {
  try {
    await connection.query({ sql, parameters: [], returnsRows: true });
    return null;
  } catch (error) {
    if (error instanceof DriverError && !unrelated.has(error.kind)) return error.message;
    throw error;
  }
}

/** Failures that say nothing about rows. */
const unrelated: ReadonlySet<DriverError["kind"]> = new Set<DriverError["kind"]>([
  "connectionLost",
  "connect",
  "timeout",
  "cancelled",
  "busy",
]);

/** `optional`: servers that are too old for the question have no answer, which is none. */
async function readRows(
  connection: DriverConnection,
  sql: string,
  optional: boolean,
): Promise<readonly DriverRow[]> {
  if (optional && (await refusal(connection, sql)) !== null) return [];
  return (await connection.query({ sql, parameters: [], returnsRows: true })).rows;
}

function printKey(key: DriverValue): string {
  return typeof key === "object" && key !== null ? "(bytes)" : String(key);
}

/** The questions, in order. */
export function findPrechecks(
  target: Pick<MigrationTarget, "dialect" | "answers">,
  planned: readonly PlannedRevision[],
): readonly Precheck[] {
  const [first] = planned;
  if (first === undefined) return [];
  const touched = new Touched(first.before);
  return planned.flatMap(({ operations }) =>
    operations.flatMap((operation) => {
      const checks = questions(target, operation, touched);
      touched.note(operation);
      return checks;
    }),
  );
}

type Quote = (name: string) => string;
type Names = Pick<DdlDialect, "quote" | "quoteName">;

const limit = `LIMIT ${shown + 1}`;

function questions(
  target: Pick<MigrationTarget, "dialect" | "answers">,
  operation: Operation,
  touched: Touched,
): readonly Precheck[] {
  const { ddl } = target.dialect;
  switch (operation.op) {
    case "addUnique":
      return duplicates(operation, touched, ddl);
    case "setNullable":
      return nulls(operation, touched, ddl);
    case "addForeignKey":
      return orphans(operation, touched, ddl);
    case "addCheck":
      return violators(operation, touched, ddl);
    case "setType":
      return uncastable(operation, touched, target);
    case "swapEnum":
      return removedValues(operation, touched, target);
    default:
      return [];
  }
}

function duplicates(
  { table, unique }: OperationOf<"addUnique">,
  touched: Touched,
  { quote, quoteName }: Names,
): readonly Precheck[] {
  if (!touched.stands(table, unique.columns)) return [];
  const columns = unique.columns.map(quote).join(", ");
  const filled = unique.columns.map((name) => `${quote(name)} IS NOT NULL`).join(" AND ");
  const where = unique.nullsNotDistinct === true ? "" : ` WHERE ${filled}`;
  const problem = `values of "${table}" (${unique.columns.join(", ")}) occur more than once`;
  const sql = `SELECT ${keyText(unique.columns, quote)} FROM ${quoteName(table)}${where} GROUP BY ${columns} HAVING count(*) > 1 ${limit}`;
  return [{ rule: "FM301", problem, sql }];
}

function nulls(
  { table, column, nullable, fill }: OperationOf<"setNullable">,
  touched: Touched,
  { quote, quoteName }: Names,
): readonly Precheck[] {
  if (nullable || fill !== undefined || !touched.stands(table, [column])) return [];
  const problem = `"${table}"."${column}" is NULL`;
  const sql = `SELECT ${touched.keyText(table, quote)} FROM ${quoteName(table)} WHERE ${quote(column)} IS NULL ${limit}`;
  return [{ rule: "FM302", problem, sql }];
}

function orphans(
  { table, foreignKey }: OperationOf<"addForeignKey">,
  touched: Touched,
  { quote, quoteName }: Names,
): readonly Precheck[] {
  const { columns, referencedTable, referencedColumns, notValid } = foreignKey;
  if (notValid === true || !touched.stands(table, columns)) return [];
  if (!touched.stands(referencedTable, referencedColumns)) return [];
  const filled = columns.map((name) => `c.${quote(name)} IS NOT NULL`).join(" AND ");
  const same = columns
    .map((name, at) => `p.${quote(referencedColumns[at] ?? "")} = c.${quote(name)}`)
    .join(" AND ");
  const problem = `"${table}" (${columns.join(", ")}) points to no row of "${referencedTable}"`;
  const sql = `SELECT ${keyText(columns, quote, "c.")} FROM ${quoteName(table)} c WHERE ${filled} AND NOT EXISTS (SELECT 1 FROM ${quoteName(referencedTable)} p WHERE ${same}) ${limit}`;
  return [{ rule: "FM303", problem, sql }];
}

function violators(
  { table, check }: OperationOf<"addCheck">,
  touched: Touched,
  { quote, quoteName }: Names,
): readonly Precheck[] {
  if (check.kind !== "sql" || check.notValid === true || touched.isTouched(table)) return [];
  const problem = `rows of "${table}" break the check "${check.name}"`;
  const sql = `SELECT ${touched.keyText(table, quote)} FROM ${quoteName(table)} WHERE NOT (${check.sql}\n) ${limit}`;
  return [{ rule: "FM304", problem, sql }];
}

function uncastable(
  { table, column, using, ...to }: OperationOf<"setType">,
  touched: Touched,
  { dialect, answers }: Pick<MigrationTarget, "dialect" | "answers">,
): readonly Precheck[] {
  const { quote, quoteName } = dialect.ddl;
  const was = touched.column(table, column);
  if (using !== undefined || was === undefined) return [];
  const { nativeType: _, collation: __, ...rest } = was;
  const is: ColumnIr = {
    ...rest,
    type: to.type,
    ...(to.nativeType !== undefined && { nativeType: to.nativeType }),
  };
  const name = to.type.kind === "enum" ? "the list of values" : typeOf(is);
  const from = (where: string): string =>
    `SELECT ${touched.keyText(table, quote)} FROM ${quoteName(table)} WHERE ${where} ${limit}`;
  const problem = `values of "${table}"."${column}" have no form in ${name}`;
  if (to.type.kind === "enum") {
    const { values } = to.type;
    const listed = values.map((value) => dialect.ddl.text(String(value))).join(", ");
    const where = `CAST(${quote(column)} AS text) NOT IN (${listed})`;
    return [{ rule: "FM305", problem, sql: from(where) }];
  }
  if (!mayFail(typeOf(was), typeOf(is)) && !shrinks(typeOf(was), typeOf(is))) return [];
  const question = answers.uncastable(quote(column), was, is);
  if (question === null) return [];
  const { where, cast } = question;
  const attempt =
    cast === undefined ? {} : { attempt: `SELECT count(${cast}) FROM ${quoteName(table)}` };
  return [{ rule: "FM305", problem, sql: where === null ? null : from(where), ...attempt }];
}

function removedValues(
  operation: OperationOf<"swapEnum">,
  touched: Touched,
  { dialect, answers }: Pick<MigrationTarget, "dialect" | "answers">,
): readonly Precheck[] {
  const { quote, quoteName } = dialect.ddl;
  const { mapping = {}, values } = operation;
  return touched.enumColumns(operation.enum).flatMap(({ table, column, had }) => {
    const gone = had.filter((value) => !values.includes(value) && !Object.hasOwn(mapping, value));
    if (gone.length === 0) return [];
    const texts = gone.map((value) => dialect.ddl.text(value));
    const where = answers.holdsAny(quote(column.name), column, texts);
    const problem = `"${table}"."${column.name}" has values that are removed from "${operation.enum}" (${gone.join(", ")})`;
    const sql = `SELECT ${touched.keyText(table, quote)} FROM ${quoteName(table)} WHERE ${where} ${limit}`;
    return [{ rule: "FM306", problem, sql }];
  });
}

function keyText(columns: readonly string[], quote: (name: string) => string, prefix = ""): string {
  const parts = columns.map((name) => `CAST(${prefix}${quote(name)} AS text)`);
  return parts.join(" || ', ' || ");
}

/** What is still as it was when the run began. */
class Touched {
  readonly #schema: SchemaPayload;
  readonly #tables = new Set<string>();
  readonly #columns = new Set<string>();
  #everything = false;

  constructor(schema: SchemaPayload) {
    this.#schema = schema;
  }

  /** Whether a table and its columns are there under these names, with the values of the beginning. */
  stands(table: string, columns: readonly string[]): boolean {
    const found = this.#schema.tables.find(({ name }) => name === table);
    if (this.#everything || found === undefined || this.#tables.has(table)) return false;
    return columns.every(
      (column) =>
        found.columns.some(({ name }) => name === column) &&
        !this.#columns.has(JSON.stringify([table, column])),
    );
  }

  /** A column as it was in the beginning, if it still is that. */
  column(table: string, name: string): ColumnIr | undefined {
    if (!this.stands(table, [name])) return undefined;
    return this.#schema.tables
      .find((each) => each.name === table)
      ?.columns.find((each) => each.name === name);
  }

  /** The columns of an enum that still are what they were, with the values that it had. */
  enumColumns(name: string): readonly {
    readonly table: string;
    readonly column: ColumnIr;
    readonly had: readonly string[];
  }[] {
    const had = this.#schema.enums.find((each) => each.name === name)?.values;
    if (had === undefined) return [];
    return this.#schema.tables.flatMap((table) =>
      enumColumns(table, name)
        .filter((column) => this.stands(table.name, [column.name]))
        .map((column) => ({ table: table.name, column, had })),
    );
  }

  isTouched(table: string): boolean {
    const columns = [...this.#columns].some((each) => (JSON.parse(each) as string[])[0] === table);
    return columns || !this.stands(table, []);
  }

  /** A row's key as SQL text; a row without one can't be named. */
  keyText(table: string, quote: Quote): string {
    const key = this.#schema.tables.find(({ name }) => name === table)?.primaryKey ?? [];
    return key.length > 0 && this.stands(table, key) ? keyText(key, quote) : "'a row'";
  }

  note(operation: Operation): void {
    switch (operation.op) {
      case "sql":
      case "data":
        this.#everything = true;
        break;
      case "createTable":
        this.#tables.add(operation.table.name);
        break;
      case "renameTable":
        this.#tables.add(operation.table);
        this.#tables.add(operation.to);
        break;
      case "dropTable":
        this.#tables.add(operation.table);
        break;
      case "backfill":
        for (const column of Object.keys(operation.set)) this.#note(operation.table, column);
        break;
      case "renameColumn":
        this.#note(operation.table, operation.column);
        this.#note(operation.table, operation.to);
        break;
      case "addColumn":
        this.#note(operation.table, operation.column.name);
        break;
      case "renameEnum":
        for (const { table, column } of this.enumColumns(operation.name)) {
          this.#note(table, column.name);
        }
        break;
      case "renameEnumValue":
      case "swapEnum":
        for (const { table, column } of this.enumColumns(operation.enum)) {
          this.#note(table, column.name);
        }
        break;
      case "dropColumn":
      case "setType":
        this.#note(operation.table, operation.column);
        break;
      default:
    }
  }

  #note(table: string, column: string): void {
    this.#columns.add(JSON.stringify([table, column]));
  }
}
