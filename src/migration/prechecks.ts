/** Looks, before anything is changed, for rows that a later statement would fail on. */
import type { DriverValue } from "../driver/driver.ts";
import { MigrationError } from "../errors/errors.ts";
import type { Operation, OperationOf } from "../ir/migration.ts";
import type { SchemaPayload } from "../ir/schema.ts";
import type { MigrationTarget } from "./target.ts";
import type { PlannedRevision } from "./upgrade.ts";

/** One question to the rows that are there. */
interface Precheck {
  readonly rule: string;
  readonly problem: string;
  /** The first column of each row says where. */
  readonly sql: string;
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
  for (const { rule, problem, sql } of findPrechecks(target, planned)) {
    const { rows } = await target.connection.query({ sql, parameters: [], returnsRows: true });
    if (rows.length === 0) continue;
    const keys = rows.slice(0, shown).map(([key = null]) => printKey(key));
    const more = rows.length > shown ? ", …" : "";
    failures.push(`  ${rule} ${problem}: ${keys.join(", ")}${more}`);
  }
  if (failures.length === 0) return;
  throw new MigrationError(
    `rows stand in the way, so nothing was changed:\n${failures.join("\n")}`,
    { hint: "mend the rows, or put a backfill or a data step before the operation" },
  );
}

function printKey(key: DriverValue): string {
  return typeof key === "object" && key !== null ? "(bytes)" : String(key);
}

/** The questions, in order. */
export function findPrechecks(
  target: Pick<MigrationTarget, "dialect">,
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

const limit = `LIMIT ${shown + 1}`;

function questions(
  { dialect }: Pick<MigrationTarget, "dialect">,
  operation: Operation,
  touched: Touched,
): readonly Precheck[] {
  const { quote } = dialect.ddl;
  switch (operation.op) {
    case "addUnique":
      return duplicates(operation, touched, quote);
    case "setNullable":
      return nulls(operation, touched, quote);
    case "addForeignKey":
      return orphans(operation, touched, quote);
    case "addCheck":
      return violators(operation, touched, quote);
    default:
      return [];
  }
}

function duplicates(
  { table, unique }: OperationOf<"addUnique">,
  touched: Touched,
  quote: Quote,
): readonly Precheck[] {
  if (!touched.stands(table, unique.columns)) return [];
  const columns = unique.columns.map(quote).join(", ");
  const filled = unique.columns.map((name) => `${quote(name)} IS NOT NULL`).join(" AND ");
  const where = unique.nullsNotDistinct === true ? "" : ` WHERE ${filled}`;
  const problem = `values of "${table}" (${unique.columns.join(", ")}) occur more than once`;
  const sql = `SELECT ${keyText(unique.columns, quote)} FROM ${quote(table)}${where} GROUP BY ${columns} HAVING count(*) > 1 ${limit}`;
  return [{ rule: "FM301", problem, sql }];
}

function nulls(
  { table, column, nullable, fill }: OperationOf<"setNullable">,
  touched: Touched,
  quote: Quote,
): readonly Precheck[] {
  if (nullable || fill !== undefined || !touched.stands(table, [column])) return [];
  const problem = `"${table}"."${column}" is NULL`;
  const sql = `SELECT ${touched.keyText(table, quote)} FROM ${quote(table)} WHERE ${quote(column)} IS NULL ${limit}`;
  return [{ rule: "FM302", problem, sql }];
}

function orphans(
  { table, foreignKey }: OperationOf<"addForeignKey">,
  touched: Touched,
  quote: Quote,
): readonly Precheck[] {
  const { columns, referencedTable, referencedColumns, notValid } = foreignKey;
  if (notValid === true || !touched.stands(table, columns)) return [];
  if (!touched.stands(referencedTable, referencedColumns)) return [];
  const filled = columns.map((name) => `c.${quote(name)} IS NOT NULL`).join(" AND ");
  const same = columns
    .map((name, at) => `p.${quote(referencedColumns[at] ?? "")} = c.${quote(name)}`)
    .join(" AND ");
  const problem = `"${table}" (${columns.join(", ")}) points to no row of "${referencedTable}"`;
  const sql = `SELECT ${keyText(columns, quote, "c.")} FROM ${quote(table)} c WHERE ${filled} AND NOT EXISTS (SELECT 1 FROM ${quote(referencedTable)} p WHERE ${same}) ${limit}`;
  return [{ rule: "FM303", problem, sql }];
}

function violators(
  { table, check }: OperationOf<"addCheck">,
  touched: Touched,
  quote: Quote,
): readonly Precheck[] {
  if (check.kind !== "sql" || check.notValid === true || touched.isTouched(table)) return [];
  const problem = `rows of "${table}" break the check "${check.name}"`;
  const sql = `SELECT ${touched.keyText(table, quote)} FROM ${quote(table)} WHERE NOT (${check.sql}\n) ${limit}`;
  return [{ rule: "FM304", problem, sql }];
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
