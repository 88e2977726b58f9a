import type { DriverRow } from "../driver/driver.ts";
import type { Explanation } from "../ir/explanation.ts";

/** How a database explains a statement. */
export interface ExplainDialect {
  /** The statement that asks for the plan of another; `analyze` has it run as well, where the database can. */
  statement(sql: string, analyze: boolean): string;
  /**
   * Reads the answer.
   *
   * @param tables - The table behind each alias of the statement.
   */
  read(rows: readonly DriverRow[], tables: ReadonlyMap<string, string>): Omit<Explanation, "sql">;
}
