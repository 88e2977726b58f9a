/** How much a lock hurts depends on how long it is held: on a small table nobody notices. */
import type { Operation } from "../../ir/migration.ts";
import { quoteIdentifier } from "../../util/identifier.ts";
import { historyTables } from "../history-tables.ts";
import type { MigrationTarget } from "../target.ts";
import { splitStatements, tableOf } from "./raw.ts";
import type { Severity } from "./rule.ts";

/** From how many rows on a table isn't small. */
const smallest = 10_000;

/** The tables of a database that hold less than 10,000 rows; each is counted no further than that. */
export async function findSmallTables(target: MigrationTarget): Promise<ReadonlySet<string>> {
  const { tables } = await target.dialect.introspect(target.connection);
  const small = new Set<string>();
  for (const { name } of tables.filter((table) => !historyTables.includes(table.name))) {
    const sql = `SELECT count(*) FROM (SELECT 1 FROM ${quoteIdentifier(name)} LIMIT ${smallest}) AS counted`;
    const { rows } = await target.connection.query({ sql, parameters: [], returnsRows: true });
    if (Number(rows[0]?.[0]) < smallest) small.add(name);
  }
  return small;
}

/** Rules about locks that are held for as long as rows are read or written. */
const aboutLocks = /^FM(?:1\d\d|403)$/;

/** The severity of a finding, less where every table that it is about is small. */
export function scaledSeverity(
  rule: string,
  severity: Severity,
  operation: Operation,
  small: ReadonlySet<string>,
): Severity {
  const tables = tablesOf(operation);
  const isSmall = tables.length > 0 && tables.every((name) => small.has(name));
  return isSmall && aboutLocks.test(rule) ? "info" : severity;
}

function tablesOf(operation: Operation): readonly string[] {
  switch (operation.op) {
    case "createTable":
      return operation.table.foreignKeys.map(({ referencedTable }) => referencedTable);
    case "addForeignKey":
      return [operation.table, operation.foreignKey.referencedTable];
    case "sql":
      return [operation.postgres ?? [], operation.sqlite ?? []]
        .flat()
        .flatMap(splitStatements)
        .flatMap((text) => tableOf(text) ?? []);
    default:
      return "table" in operation && typeof operation.table === "string" ? [operation.table] : [];
  }
}
