/** What tests of the migration lease ask of a database and do to it. */
import type { MigrationTarget } from "../../src/migration/target.ts";

/** The rows of a query, each as one text. */
export async function ask(target: MigrationTarget, text: string): Promise<string[]> {
  const statement = { sql: text, parameters: [], returnsRows: true };
  const { rows } = await target.connection.query(statement);
  return rows.map((row) => row.map(String).join(" "));
}

/** As if the holder had not renewed it for 30 seconds. */
export const expire = (target: MigrationTarget) =>
  target.connection.script(
    "update ferro_migration_lease set expires_at = clock_timestamp() - interval '1 second'",
  );
