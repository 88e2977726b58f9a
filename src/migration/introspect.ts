/** Reads the schema that a database has. */
import type { Dialect } from "../dialect/dialect.ts";
import type { DriverConnection } from "../driver/driver.ts";
import type { SchemaPayload } from "../ir/schema.ts";

/**
 * Reads the current schema of a database: tables with everything that belongs to them, enum
 * types, what tables need, and what is left alone.
 *
 * A constant number of catalog queries, all of one moment; in the transaction that is open on
 * the connection, or else in a read-only one. Needs no rights but those to connect.
 *
 * @throws {MigrationError} There is no current schema, or SQLite keeps a statement that can't be read.
 */
export function introspect(
  connection: DriverConnection,
  dialect: Pick<Dialect, "introspect">,
): Promise<SchemaPayload> {
  return dialect.introspect(connection);
}
