/** What a trace measured, as lines. */
import type { TracedStatement, TracedTable } from "../migrate.ts";
import type { Output } from "./output.ts";

/** Whether a statement blocks others while it reads or writes rows, or couldn't be run. */
export function isRefusedTrace({ tables, problem, sql }: TracedStatement): boolean {
  return tables.some(({ isBlocking }) => isBlocking) || (problem !== null && !isCode(sql));
}

function isCode(sql: string): boolean {
  return sql.startsWith("data step ");
}

/** Prints each statement with what it locks, reads and writes anew. */
export function printTrace(trace: readonly TracedStatement[], output: Output): void {
  let revision = "";
  for (const each of trace) {
    if (each.revision !== revision) output.print(output.style("bold", each.revision));
    revision = each.revision;
    printStatement(each, output);
  }
}

function printStatement(each: TracedStatement, output: Output): void {
  const { sql, durationMs, isAlone, problem, tables } = each;
  const time = durationMs === 0 ? "" : output.style("dim", ` ${durationMs} ms`);
  output.print(`  ${sql.trim().replaceAll("\n", "\n  ")}${time}`);
  if (isAlone) output.print(output.style("dim", "    by itself; blocks nobody"));
  if (problem !== null) output.print(output.style("yellow", `    not traced: ${problem}`));
  for (const table of tables) {
    const colour = table.isBlocking ? "red" : "dim";
    output.print(`    ${output.style(colour, describeTable(table))}`);
  }
}

function describeTable({ table, lock, rowsRead, isRewritten, isBlocking }: TracedTable): string {
  const parts = [`${lock} on "${table}"`];
  if (rowsRead > 0) parts.push(`reads ${rowsRead} rows`);
  if (isRewritten) parts.push("writes it anew");
  if (isBlocking) parts.push("others wait");
  return parts.join(", ");
}
