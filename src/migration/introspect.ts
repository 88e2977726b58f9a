/** Reads the schema that a database has. */
import type { Dialect } from "../dialect/dialect.ts";
import type { IntrospectOptions } from "../dialect/introspect-options.ts";
import type { DriverConnection } from "../driver/driver.ts";
import type { SchemaPayload } from "../ir/schema.ts";

/**
 * Reads the schema in use of a database, and others if asked for: tables with everything that belongs to them, enum
 * types, what tables need, and what is left alone.
 *
 * A constant number of catalog queries, all of one moment; in the transaction that is open on
 * the connection, or else in a read-only one. Needs no rights but those to connect.
 *
 * @param options - Other schemas of PostgreSQL to read.
 * @throws {MigrationError} There is no current schema, or SQLite keeps a statement that can't be read.
 */
export function introspect(
  connection: DriverConnection,
  dialect: Pick<Dialect, "introspect">,
  options: IntrospectOptions = {},
): Promise<SchemaPayload> {
  return dialect.introspect(connection, options);
}
