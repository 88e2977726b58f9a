/** Databases of real projects: read, written as models, compiled, and made again from the models. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { postgresDialect } from "../../src/dialect/postgres/dialect.ts";
import { translatePostgresError } from "../../src/dialect/postgres/errors.ts";
import { sqliteDialect } from "../../src/dialect/sqlite/dialect.ts";
import { translateSqliteError } from "../../src/dialect/sqlite/errors.ts";
import type { DriverConnection } from "../../src/driver/driver.ts";
import { nodeSqliteDriver } from "../../src/driver/node-sqlite.ts";
import { pgDriver } from "../../src/driver/pg.ts";
import { emptySchema } from "../../src/ir/apply.ts";
import { canonicalSchema } from "../../src/ir/canonical.ts";
import { createMissing } from "../../src/migration/create.ts";
import { diffSchemas } from "../../src/migration/diff.ts";
import { introspect } from "../../src/migration/introspect.ts";
import { readSchemaIr } from "../../src/migration/read-schema.ts";
import { runSegments } from "../../src/migration/run-plan.ts";
import { Secret } from "../../src/util/secret.ts";
import { scriptedPostgres } from "../support/databases.ts";
import { PulledFolder } from "../support/pull.ts";
import { rawCatalog } from "../support/raw-catalog.ts";

/** Beside the repository, or beside the folder of its worktrees. */
const places = ["../../../shared/realschemas", "../../../../shared/realschemas"].map((path) =>
  resolve(import.meta.dirname, path),
);
const folder =
  process.env["FERRO_REAL_SCHEMAS"] ?? places.find((path) => existsSync(path)) ?? String(places[0]);
const own = join(import.meta.dirname, "schemas");
const schemas: readonly (readonly [backend: "postgres" | "sqlite", file: string])[] = [
  ...["chinook", "northwind", "pagila-3.1", "synapse"].map(
    (name) => ["postgres", join(folder, "postgres", `${name}.sql`)] as const,
  ),
  ...["chinook", "northwind", "sakila", "synapse"].map(
    (name) => ["sqlite", join(folder, "sqlite", `${name}.sql`)] as const,
  ),
  ["postgres", join(own, "everything-postgres.sql")],
  ["sqlite", join(own, "everything-sqlite.sql")],
];

describe("real schemas", () => {
  const pulled = new PulledFolder();
  const undo: (() => Promise<void> | void)[] = [];
  const written: string[] = [];
  afterAll(async () => {
    for (const each of undo.toReversed()) await each();
    pulled.remove();
  });

  for (const [backend, file] of schemas) {
    const name = `${backend}-${file.split("/").at(-1)?.replace(".sql", "")}`;
    // The schemas of other projects lie beside the repository; without them there is nothing to read.
    const missing = existsSync(file) ? "" : ` (skipped: there is no ${file})`;

    test.skipIf(missing !== "")(
      `${name}: pulled models make the same database${missing}`,
      async () => {
        const dialect = backend === "sqlite" ? sqliteDialect : postgresDialect;
        const source = await open(backend, readFileSync(file, "utf8"));
        const payload = await introspect(source, dialect);
        const loaded = await pulled.load(name, payload);
        written.push(loaded.file);

        const copy = await open(backend, "");
        await createMissing(copy, loaded.ir, dialect.ddl);

        expect(loaded.warnings).toEqual([]);
        expect(readSchemaIr(JSON.parse(JSON.stringify(loaded.ir)))).toEqual(loaded.ir);
        expect(await rawCatalog(copy, backend)).toEqual(await rawCatalog(source, backend));
        expect(canonicalSchema(await introspect(copy, dialect))).toEqual(canonicalSchema(payload));

        // The way of a revision: what the models say, as operations, planned and run, and compared again.
        const migrated = await open(backend, "");
        const { operations } = diffSchemas(emptySchema, loaded.ir.payload);
        await runSegments(migrated, dialect.plan(emptySchema, operations, {}), dialect);
        expect(await rawCatalog(migrated, backend)).toEqual(await rawCatalog(source, backend));
        const reached = canonicalSchema(await introspect(migrated, dialect));
        expect(diffSchemas(canonicalSchema(payload), reached)).toEqual({
          operations: [],
          decisions: [],
        });
      },
    );
  }

  test("pulled models compile under strict and are formatted", { timeout: 300_000 }, () => {
    const bin = join(import.meta.dirname, "../../node_modules/.bin");
    const config = join(pulled.path, "tsconfig.json");
    const extended = { extends: "../../tsconfig.json", include: ["*.ts"], exclude: [] };
    writeFileSync(config, JSON.stringify(extended));

    expect(written.length).toBeGreaterThan(0);
    expect(run(join(bin, "tsc"), ["-p", config, "--noEmit"])).toBe("");
    expect(run(join(bin, "biome"), ["format", "--vcs-enabled=false", ...written])).not.toContain(
      "Formatter would have printed",
    );
  });

  function run(command: string, args: readonly string[]): string {
    try {
      return execFileSync(command, args, { encoding: "utf8", stdio: "pipe" });
    } catch (error) {
      const { stdout, stderr } = error as { stdout: string; stderr: string };
      return stdout + stderr;
    }
  }

  async function open(backend: "sqlite" | "postgres", sql: string): Promise<DriverConnection> {
    if (backend === "postgres") return openPostgres(sql);
    const driver = nodeSqliteDriver({
      file: ":memory:",
      mode: "rwc",
      translate: translateSqliteError,
    });
    const connection = await driver.open();
    undo.push(() => connection.close());
    await connection.script(sql);
    return connection;
  }

  async function openPostgres(sql: string): Promise<DriverConnection> {
    const [address, drop] = await scriptedPostgres(sql);
    undo.push(drop);
    const url = new URL(address);
    const driver = await pgDriver({
      translate: translatePostgresError,
      target: {
        host: url.hostname,
        port: Number(url.port),
        user: decodeURIComponent(url.username),
        password: new Secret(decodeURIComponent(url.password)),
        database: url.pathname.slice(1),
        searchPath: "public",
        ssl: { mode: "disable" },
        settings: {},
      },
    });
    const connection = await driver.open();
    undo.push(() => connection.close());
    return connection;
  }
});
