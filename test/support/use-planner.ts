/** Runs QueryIR on a test database, without sessions or models. */
import { afterAll, beforeAll } from "vitest";
import { postgresDialect } from "../../src/dialect/postgres/dialect.ts";
import { sqliteDialect } from "../../src/dialect/sqlite/dialect.ts";
import { sqliteFunctions } from "../../src/dialect/sqlite/functions.ts";
import type { Driver, DriverConnection, DriverResult } from "../../src/driver/driver.ts";
import type { Query } from "../../src/ir/query.ts";
import { Planner } from "../../src/plan/planner.ts";
import type { TestDatabase } from "./databases.ts";
import { openDriver } from "./drivers.ts";

export interface Database {
  run(query: Query, values: readonly unknown[]): Promise<DriverResult>;
  readonly connection: DriverConnection;
}

/** One connection for the suite, after running the script `schema`; call the result inside tests. */
export function usePlanner(db: TestDatabase, schema: string): () => Database {
  const dialect = db.backend === "sqlite" ? sqliteDialect : postgresDialect;
  const planner = new Planner(dialect);
  let driver: Driver;
  let connection: DriverConnection;

  beforeAll(async () => {
    driver = await openDriver(db, { functions: sqliteFunctions });
    connection = await driver.open();
    await connection.script(schema);
  });

  afterAll(async () => {
    await connection.close();
    await driver.close?.();
  });

  return () => ({
    connection,
    run: async (query, values) => connection.query(planner.plan(query).statement(values)),
  });
}
