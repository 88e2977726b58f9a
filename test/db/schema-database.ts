/** Empty databases at driver level, and what their catalogs say, for tests of DDL. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, inject } from "vitest";
import type { DdlDialect } from "../../src/ddl/dialect.ts";
import { postgresDdl } from "../../src/dialect/postgres/ddl.ts";
import { translatePostgresError } from "../../src/dialect/postgres/errors.ts";
import { sqliteDdl } from "../../src/dialect/sqlite/ddl.ts";
import { translateSqliteError } from "../../src/dialect/sqlite/errors.ts";
import type { DriverConnection } from "../../src/driver/driver.ts";
import { nodeSqliteDriver } from "../../src/driver/node-sqlite.ts";
import { pgDriver } from "../../src/driver/pg.ts";
import { Secret } from "../../src/util/secret.ts";
import { type Catalog, readPostgresCatalog, readSqliteCatalog } from "./catalog.ts";

/** A place for tables, reachable by any number of connections. */
export interface SchemaPlace {
  open(settings?: Readonly<Record<string, string>>): Promise<DriverConnection>;
}

/** One kind of database that schema tests run on. */
export interface SchemaDatabase {
  readonly name: "sqlite" | "postgres";
  readonly ddl: DdlDialect;
  /** A new place with nothing in it. */
  place(): Promise<SchemaPlace>;
  /** A connection to a new place. */
  empty(): Promise<DriverConnection>;
  catalog(connection: DriverConnection): Promise<Catalog>;
}

/** Runs `body` for each kind of database; connections are closed at the end. */
export function describeEachSchemaDatabase(
  title: string,
  body: (db: SchemaDatabase) => void,
): void {
  describe(`${title} (sqlite)`, () => body(sqliteDatabase()));
  describe(`${title} (postgres)`, () => body(postgresDatabase()));
}

function sqliteDatabase(): SchemaDatabase {
  const folder = mkdtempSync(join(tmpdir(), "ferro-schema-"));
  const opened = closedAtEnd();
  let count = 0;
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const place = async (): Promise<SchemaPlace> => {
    count += 1;
    const file = join(folder, `${count}.db`);
    return {
      open: async () => {
        const driver = nodeSqliteDriver({ file, mode: "rwc", translate: translateSqliteError });
        return opened(await driver.open());
      },
    };
  };
  return {
    name: "sqlite",
    ddl: sqliteDdl,
    place,
    empty: async () => (await place()).open(),
    catalog: readSqliteCatalog,
  };
}

function postgresDatabase(): SchemaDatabase {
  const url = new URL(inject("postgresUrl"));
  const database = `ferro_schema_${crypto.randomUUID().replaceAll("-", "")}`;
  const opened = closedAtEnd();
  let count = 0;

  const administer = async (sql: string, into = url.href): Promise<void> => {
    const client = new pg.Client({ connectionString: into });
    await client.connect();
    await client.query(sql);
    await client.end();
  };
  const inside = new URL(url);
  inside.pathname = `/${database}`;

  beforeAll(() => administer(`CREATE DATABASE ${database}`));
  afterAll(() => administer(`DROP DATABASE ${database} WITH (FORCE)`));

  const place = async (): Promise<SchemaPlace> => {
    count += 1;
    const searchPath = `place_${count}`;
    await administer(`CREATE SCHEMA ${searchPath}`, inside.href);
    return {
      open: async (settings = {}) => {
        const driver = await pgDriver({
          translate: translatePostgresError,
          target: {
            host: url.hostname,
            port: Number(url.port),
            user: decodeURIComponent(url.username),
            password: new Secret(decodeURIComponent(url.password)),
            database,
            searchPath,
            ssl: { mode: "disable" },
            settings,
          },
        });
        return opened(await driver.open());
      },
    };
  };
  return {
    name: "postgres",
    ddl: postgresDdl,
    place,
    empty: async () => (await place()).open(),
    catalog: readPostgresCatalog,
  };
}

function closedAtEnd(): (connection: DriverConnection) => DriverConnection {
  const connections: DriverConnection[] = [];
  afterAll(async () => {
    for (const connection of connections.splice(0)) await connection.close();
  });
  return (connection) => {
    connections.push(connection);
    return connection;
  };
}
