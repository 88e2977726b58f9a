/** Asks the database how it runs a statement. */
import type { ModelDefinition } from "../definition/definition.ts";
import type { Explanation } from "../ir/explanation.ts";
import type { Query } from "../ir/query.ts";
import type { BoundStatement } from "../plan/planner.ts";
import type { Executor } from "./connection.ts";
import { translateError } from "./errors.ts";

/** How a statement is explained. */
export interface ExplainWork {
  readonly model: ModelDefinition;
  /** Run it as well, where the database can. */
  readonly analyze: boolean;
}

export async function explainQuery(
  executor: Executor,
  query: Query,
  { sql, parameters }: BoundStatement,
  { model, analyze }: ExplainWork,
): Promise<Explanation> {
  const { explain } = executor.connection.dialect;
  try {
    const statement = { sql: explain.statement(sql, analyze), parameters };
    const { rows } = await executor.execute(statement, "read");
    return { sql, ...explain.read(rows, tablesOf(query)) };
  } catch (error) {
    throw translateError(error, { model, action: "explain" });
  }
}

/** The table behind each alias, wherever in the query it is named. */
function tablesOf(query: Query): ReadonlyMap<string, string> {
  const tables = new Map<string, string>();
  const visit = (node: unknown): void => {
    if (typeof node !== "object" || node === null) return;
    if ("table" in node && "alias" in node) tables.set(String(node.alias), String(node.table));
    for (const inner of Object.values(node)) visit(inner);
  };
  visit(query);
  return tables;
}
