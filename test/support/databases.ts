/** Runs a suite once on each kind of database. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, inject } from "vitest";

/** What a suite gets. `url` exists from `beforeAll` on, not while tests are being collected. */
export interface TestDatabase {
  /** "node:sqlite file", "postgres", ... */
  readonly name: DatabaseName;
  readonly backend: "sqlite" | "postgres";
  readonly driver: "node:sqlite" | "better-sqlite3" | "pg" | "pglite";
  /** SQLite: how many worker threads hold the connections; none by default. */
  readonly threads: number | undefined;
  /** True where a pooler in transaction mode stands before the server (`npm run test:pooler`). */
  readonly pooled: boolean;
  /** True where every `connect` opens a database of its own. */
  readonly ephemeral: boolean;
  /** For one test that needs the server itself, not a pooler before it: `test(name, db.direct(reason), …)`. */
  direct(reason: string): { readonly skip: boolean };
  /** A URL for `connect`; the database behind it is this suite's alone and is dropped after it. */
  readonly url: string;
}

export type DatabaseName =
  | "node:sqlite file"
  | "node:sqlite memory"
  | "postgres"
  | "better-sqlite3 file"
  | "node:sqlite threads"
  | "node:sqlite memory thread"
  | "better-sqlite3 threads"
  | "pglite";

interface Kind {
  readonly backend: TestDatabase["backend"];
  readonly driver: TestDatabase["driver"];
  readonly ephemeral: boolean;
  readonly threads?: number;
  /** Makes a fresh database; the second function drops it. */
  readonly create: () => Promise<readonly [url: string, drop: () => Promise<void>]>;
}

const kinds: Readonly<Record<DatabaseName, Kind>> = {
  "node:sqlite file": {
    backend: "sqlite",
    driver: "node:sqlite",
    ephemeral: false,
    create: createFile,
  },
  "node:sqlite memory": {
    backend: "sqlite",
    driver: "node:sqlite",
    ephemeral: true,
    create: async () => ["sqlite::memory:", async () => {}],
  },
  postgres: { backend: "postgres", driver: "pg", ephemeral: false, create: createPostgres },
  "better-sqlite3 file": {
    backend: "sqlite",
    driver: "better-sqlite3",
    ephemeral: false,
    create: createFile,
  },
  "node:sqlite threads": {
    backend: "sqlite",
    driver: "node:sqlite",
    ephemeral: false,
    threads: 3,
    create: createFile,
  },
  "node:sqlite memory thread": {
    backend: "sqlite",
    driver: "node:sqlite",
    ephemeral: true,
    threads: 1,
    create: async () => ["sqlite::memory:", async () => {}],
  },
  "better-sqlite3 threads": {
    backend: "sqlite",
    driver: "better-sqlite3",
    ephemeral: false,
    threads: 1,
    create: createFile,
  },
  pglite: {
    backend: "postgres",
    driver: "pglite",
    ephemeral: true,
    create: async () => ["pglite::memory:", async () => {}],
  },
};

const usual: readonly DatabaseName[] = ["node:sqlite file", "node:sqlite memory", "postgres"];

/** Every database there is, for suites about drivers. */
export const everyDatabase: readonly DatabaseName[] = Object.keys(kinds) as DatabaseName[];

export interface EachDatabaseOptions {
  /** The databases or backends that the suite is about; the others are skipped, for the reason in `because`. */
  readonly only?: readonly (DatabaseName | "sqlite")[];
  /** Why the others are left out. */
  readonly because?: string;
  /** Why the suite needs the server itself: behind a pooler (`npm run test:pooler`) it is skipped. */
  readonly unpooled?: string;
  /** Databases to run on instead of the usual three. FERRO_TEST_DATABASES=all does it for every suite. */
  readonly on?: readonly DatabaseName[];
}

/**
 * Describes `name` once for each database, each time with a fresh one.
 *
 * @example
 * ```ts
 * describeEachDatabase("create", (db) => {
 *   test("stores a row", async () => {
 *     await using connection = await connect(db.url, { name: "test" });
 *   });
 * });
 * ```
 */
export function describeEachDatabase(
  name: string,
  suite: (db: TestDatabase) => void,
  { only, because, unpooled, on = defaultDatabases() }: EachDatabaseOptions = {},
): void {
  if (only !== undefined && because === undefined) {
    throw new Error(`describeEachDatabase("${name}"): \`only\` needs a \`because\``);
  }
  for (const kindName of on) {
    const kind = kinds[kindName];
    const pooled = kind.driver === "pg" && poolerPort !== undefined;
    if (poolerPort !== undefined && !pooled) continue; // a suite with databases of its own choice
    const wanted =
      only === undefined || only.includes(kindName) || only.some((each) => each === kind.backend);
    const direct = pooled && wanted ? unpooled : undefined;
    const describeIt = wanted && direct === undefined ? describe : describe.skip;
    const reason = wanted
      ? direct === undefined
        ? ""
        : ` (needs the server itself: ${direct})`
      : ` (skipped: ${because})`;
    describeIt(`${name} on ${kindName}${reason}`, () => {
      let created: readonly [url: string, drop: () => Promise<void>] | undefined;
      beforeAll(async () => {
        created = await kind.create();
      });
      afterAll(async () => {
        await created?.[1]();
      });
      suite({
        name: kindName,
        backend: kind.backend,
        driver: kind.driver,
        ephemeral: kind.ephemeral,
        threads: kind.threads,
        pooled,
        direct: () => ({ skip: pooled }),
        get url() {
          if (created === undefined) {
            throw new Error("db.url exists only inside tests and hooks");
          }
          return created[0];
        },
      });
    });
  }
}

/** A port before the server in FERRO_POSTGRES_URL; test databases are then reached through it. */
const poolerPort = process.env["FERRO_POOLER_PORT"] || undefined;

function defaultDatabases(): readonly DatabaseName[] {
  const setting = process.env["FERRO_TEST_DATABASES"] ?? "";
  if (setting === "") {
    return usual;
  }
  const names = setting === "all" ? everyDatabase : setting.split(",").map((name) => name.trim());
  return names.map((name) => {
    const known = everyDatabase.find((each) => each === name);
    if (known === undefined) {
      throw new Error(
        `FERRO_TEST_DATABASES: no database "${name}"; there are ${everyDatabase.join(", ")}`,
      );
    }
    return known;
  });
}

async function createFile(): Promise<readonly [url: string, drop: () => Promise<void>]> {
  const folder = await mkdtemp(join(tmpdir(), "ferro-test-"));
  const drop = () => rm(folder, { recursive: true, force: true });
  return [`sqlite:${join(folder, "test.db")}?mode=rwc`, drop];
}

let databases = 0;

async function createPostgres(): Promise<readonly [url: string, drop: () => Promise<void>]> {
  const [address, drop] = await newPostgres();
  const url = new URL(address);
  if (poolerPort !== undefined) url.port = poolerPort;
  return [url.href, drop];
}

/** A database made by a script of another project, on the server itself. */
export async function scriptedPostgres(
  script: string,
): Promise<readonly [url: string, drop: () => Promise<void>]> {
  // Dumps give their objects to this role.
  await administer(
    "DO $$ BEGIN CREATE ROLE postgres SUPERUSER; EXCEPTION WHEN duplicate_object THEN NULL; END $$",
  );
  const made = await newPostgres();
  if (script !== "") await administer(script, made[0]);
  return made;
}

async function newPostgres(): Promise<readonly [url: string, drop: () => Promise<void>]> {
  databases += 1;
  const name = `ferro_test_${process.pid}_${Date.now().toString(36)}_${databases}`;
  await administer(`create database ${name}`);
  const url = new URL(inject("postgresUrl"));
  url.pathname = `/${name}`;
  return [url.href, () => administer(`drop database if exists ${name} with (force)`)];
}

/**
 * Runs SQL as the superuser, over a connection of its own.
 *
 * @param into - The database; the server's own when left out.
 */
export async function administer(sql: string, into = inject("postgresUrl")): Promise<void> {
  const client = new pg.Client({ connectionString: into });
  client.on("error", () => {});
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
