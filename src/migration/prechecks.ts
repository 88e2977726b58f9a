/** Looks, before anything is changed, for rows that a later statement would fail on. */
import { emitLiteral } from "../ddl/column.ts";
import type { DdlDialect } from "../ddl/dialect.ts";
import {
  type DriverConnection,
  DriverError,
  type DriverRow,
  type DriverValue,
} from "../driver/driver.ts";
import { MigrationError } from "../errors/errors.ts";
import type { Operation, OperationOf } from "../ir/migration.ts";
import type { ColumnIr, IndexIr, UniqueIr } from "../ir/schema.ts";
import { mayFail, shrinks, typeOf } from "./lint/types.ts";
import type { MigrationTarget } from "./target.ts";
import { keyText, Touched } from "./touched.ts";
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
  const first = `${sql} LIMIT ${shown + 1}`;
  const rows = sql === null ? [] : await readRows(connection, first, refused !== null);
  if (rows.length === 0) return refused;
  const keys = rows.slice(0, shown).map(([key = null]) => printKey(key));
  if (rows.length <= shown) return keys.join(", ");
  const all = `SELECT count(*) FROM (${sql}) AS found`;
  const [[count] = []] = await readRows(connection, all, false);
  return `${keys.join(", ")}, … (${count} in all)`;
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

type Names = Pick<DdlDialect, "quote" | "quoteName">;

function questions(
  target: Pick<MigrationTarget, "dialect" | "answers">,
  operation: Operation,
  touched: Touched,
): readonly Precheck[] {
  const { ddl } = target.dialect;
  switch (operation.op) {
    case "addColumn":
      return unfilled(operation, touched, ddl);
    case "addPrimaryKey":
      return unfitForKey(operation, touched, ddl);
    case "addUnique":
      return [
        ...duplicates(operation.table, operation.unique, touched, ddl),
        ...copies(operation, touched, ddl),
      ];
    case "createIndex": {
      const { table, index } = operation;
      return index.unique === true ? duplicates(table, index, touched, ddl) : [];
    }
    case "setNullable":
      return nulls(operation, touched, ddl);
    case "addForeignKey":
      return orphans(operation, touched, ddl);
    case "addCheck":
      return violators(operation, touched, target);
    case "setType":
      return uncastable(operation, touched, target);
    case "swapEnum":
      return removedValues(operation, touched, target);
    default:
      return [];
  }
}

/** A column that takes no NULL and has nothing to put in the rows that are there. */
function unfilled(
  { table, column, fill }: OperationOf<"addColumn">,
  touched: Touched,
  { quote, quoteName }: Names,
): readonly Precheck[] {
  const { name, nullable, autoincrement, generated, default: initial } = column;
  const filled = nullable || autoincrement || generated !== null || initial !== null;
  if (filled || fill !== undefined || !touched.stands(table, [])) return [];
  const problem = `"${table}" has rows, and its new column "${name}" takes no NULL and has no default`;
  const sql = `SELECT ${touched.keyText(table, quote)} FROM ${quoteName(table)}`;
  return [{ rule: "FM120", problem, sql }];
}

function unfitForKey(
  { table, columns }: OperationOf<"addPrimaryKey">,
  touched: Touched,
  { quote, quoteName }: Names,
): readonly Precheck[] {
  if (!touched.stands(table, columns)) return [];
  const empty = columns.map((name) => `${quote(name)} IS NULL`).join(" OR ");
  const problem = `"${table}" (${columns.join(", ")}) is NULL`;
  const sql = `SELECT ${touched.keyText(table, quote)} FROM ${quoteName(table)} WHERE ${empty}`;
  return [
    { rule: "FM302", problem, sql },
    ...duplicates(table, { columns }, touched, { quote, quoteName }),
  ];
}

/** What must be unique: columns, or the keys of an index. */
type Distinct = Pick<UniqueIr, "columns"> &
  Partial<Pick<IndexIr, "keys" | "where" | "nullsNotDistinct">>;

function duplicates(
  table: string,
  { columns, keys, where, nullsNotDistinct }: Distinct,
  touched: Touched,
  { quote, quoteName }: Names,
): readonly Precheck[] {
  const expressions = keys?.some((key) => "expression" in key) === true || where !== undefined;
  if (!touched.stands(table, columns) || (expressions && touched.isTouched(table))) return [];
  const parts =
    keys?.map((key) => ("column" in key ? quote(key.column) : `(${key.expression}\n)`)) ??
    columns.map(quote);
  const filled = parts.map((part) => `${part} IS NOT NULL`);
  const conditions = [
    ...(where === undefined ? [] : [`(${where}\n)`]),
    ...(nullsNotDistinct === true ? [] : filled),
  ];
  const text = parts.map((part) => `CAST(${part} AS text)`).join(" || ', ' || ");
  const from = conditions.length === 0 ? "" : ` WHERE ${conditions.join(" AND ")}`;
  const problem = `values of "${table}" (${keys === undefined ? columns.join(", ") : parts.join(", ")}) occur more than once`;
  const sql = `SELECT ${text} FROM ${quoteName(table)}${from} GROUP BY ${parts.join(", ")} HAVING count(*) > 1`;
  return [{ rule: "FM301", problem, sql }];
}

/** A column that this run adds with one value for every row can't be unique among several. */
function copies(
  { table, unique: { columns } }: OperationOf<"addUnique">,
  touched: Touched,
  { quote, quoteName }: Names,
): readonly Precheck[] {
  if (!touched.stands(table, []) || !touched.areCopies(table, columns)) return [];
  const problem = `every row of "${table}" would have the same (${columns.join(", ")}), which is to be unique`;
  const from = `FROM ${quoteName(table)}`;
  const sql = `SELECT ${touched.keyText(table, quote)} ${from} WHERE (SELECT count(*) ${from}) > 1`;
  return [{ rule: "FM301", problem, sql }];
}

function nulls(
  { table, column, nullable, fill }: OperationOf<"setNullable">,
  touched: Touched,
  { quote, quoteName }: Names,
): readonly Precheck[] {
  if (nullable || fill !== undefined || !touched.stands(table, [column])) return [];
  const problem = `"${table}"."${column}" is NULL`;
  const sql = `SELECT ${touched.keyText(table, quote)} FROM ${quoteName(table)} WHERE ${quote(column)} IS NULL`;
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
  const sql = `SELECT ${keyText(columns, quote, "c.")} FROM ${quoteName(table)} c WHERE ${filled} AND NOT EXISTS (SELECT 1 FROM ${quoteName(referencedTable)} p WHERE ${same})`;
  return [{ rule: "FM303", problem, sql }];
}

function violators(
  { table, check }: OperationOf<"addCheck">,
  touched: Touched,
  { dialect }: Pick<MigrationTarget, "dialect">,
): readonly Precheck[] {
  const { quote, quoteName } = dialect.ddl;
  const from = (where: string): string =>
    `SELECT ${touched.keyText(table, quote)} FROM ${quoteName(table)} WHERE ${where}`;
  const problem = `rows of "${table}" break the check "${check.name}"`;
  if (check.kind === "values") {
    const column = touched.column(table, check.column);
    // A native type holds no other values.
    if (column === undefined || dialect.ddl.isNativeEnum(column.type)) return [];
    const values = check.values.map((value) => emitLiteral(value, dialect.ddl)).join(", ");
    const sql = from(`${quote(check.column)} NOT IN (${values})`);
    return [{ rule: "FM304", problem, sql }];
  }
  if (check.notValid === true || touched.isTouched(table)) return [];
  return [{ rule: "FM304", problem, sql: from(`NOT (${check.sql}\n)`) }];
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
    `SELECT ${touched.keyText(table, quote)} FROM ${quoteName(table)} WHERE ${where}`;
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
    const sql = `SELECT ${touched.keyText(table, quote)} FROM ${quoteName(table)} WHERE ${where}`;
    return [{ rule: "FM306", problem, sql }];
  });
}
