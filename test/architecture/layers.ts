/**
 * The folders of `src/` in their one order, and what each may import, types included.
 *
 * A folder may import only from folders above it in this list, and of those only the ones it names.
 * Files directly in `src/` are doors: they may re-export from any folder.
 */
export const layers: Readonly<Record<string, readonly string[]>> = {
  /** Leaf helpers with no word of the domain in them. */
  util: [],
  /** Every error class. */
  errors: ["util"],
  /**
   * Schemas and queries as plain data.
   *
   * It may use errors and util, though it has no behaviour of its own, because what reads an IR must
   * refuse, with a Ferro error, a version or a kind that it does not know.
   */
  ir: ["errors", "util"],
  /** Value to database and back, for each storage type. */
  codec: ["ir", "errors", "util"],
  /** QueryIR to text and slots. */
  sql: ["ir", "errors", "util"],
  /** SchemaIR to statements. */
  ddl: ["ir", "sql", "errors", "util"],
  /** A result's shape to a function that makes rows into objects. */
  hydrate: ["ir", "codec", "errors", "util"],
  /** Text and values in, rows out; one file for each driver package. */
  driver: ["errors", "util"],
  /** One folder for each database, and the record that each fills in. */
  dialect: ["ir", "codec", "sql", "ddl", "driver", "errors", "util"],
  /** Classes with Zod fields to definitions, and definitions to SchemaIR. */
  definition: ["ir", "codec", "errors", "util"],
  /**
   * Builders and expressions to QueryIR.
   *
   * It may use codec: a value is brought to its stored form, or refused, where it enters a query.
   * It may use sql for one thing: fragments of the `sql` tag are parts of queries.
   */
  query: ["ir", "codec", "sql", "definition", "errors", "util"],
  /** QueryIR for one dialect to a plan: a driver's statement, binds; and the plan cache. */
  plan: ["ir", "sql", "codec", "hydrate", "dialect", "driver", "errors", "util"],
  /**
   * Sessions, transactions, identity maps, loading, raw SQL.
   *
   * It may use codec and sql: it names the column of a value that a codec refused, and runs fragments.
   */
  session: [
    "ir",
    "codec",
    "sql",
    "definition",
    "query",
    "plan",
    "hydrate",
    "dialect",
    "driver",
    "errors",
    "util",
  ],
  /** The class that users extend. */
  model: ["definition", "query", "session", "errors", "util"],
  /**
   * Comparing schemas, planning and running changes.
   *
   * It may use sql: migration files write SQL with the `sql` tag.
   */
  migration: ["ir", "sql", "ddl", "definition", "dialect", "driver", "errors", "util"],
  /**
   * Behind the Kysely door: the user's own Kysely on our connections.
   *
   * It may use definition and query, of which it takes types: Kysely's tables are made of a model's.
   */
  kysely: ["definition", "query", "session", "dialect", "errors", "util"],
  /** URLs, `connect` and migrations of one database: the only place where all parts meet. It hands schemas on, which are IR. */
  connect: [
    "ir",
    "definition",
    "dialect",
    "driver",
    "session",
    "model",
    "migration",
    "errors",
    "util",
  ],
  /** Behind the testing door. */
  "test-kit": ["connect", "session", "driver", "migration", "errors", "util"],
  /** The command line: built on doors only. */
  cli: [],
};

/** Folders that may know databases by name. Doors named after a database may, too. */
export const dialectAware: readonly string[] = ["dialect", "driver", "connect", "kysely"];

/** Packages that only the named folders may import. */
export const packageHomes: Readonly<Record<string, readonly string[]>> = {
  /** Bundled there; behind the door it is the user's own, see docs/decisions/bundling.md. */
  kysely: ["sql", "ddl", "dialect", "kysely"],
  pg: ["driver"],
  "better-sqlite3": ["driver"],
  "@electric-sql/pglite": ["driver"],
  "node:sqlite": ["driver"],
};

/** Files allowed to be longer than the budget, each with the reason. */
export const longFiles: Readonly<Record<string, string>> = {
  "src/ir/query.ts": "one grammar, whose parts name each other",
  "src/query/lower.ts":
    "one walk over the nodes; what could stand apart does, in lower-parts.ts and references.ts",
  "src/driver/pool.ts": "one state machine; what could stand apart already does, in pool-*.ts",
  "test/db/behaviour/auto-migrate.test.ts":
    "one area of the behaviour list B403..B446, a test for each item, found by its number",
  "test/unit/migration/lint-fixtures.ts": "one table: for each lint rule, what it finds and passes",
  "test/db/behaviour/found.test.ts":
    "one area of the behaviour list B001..B165, a test for each item, found by its number",
  "test/db/behaviour/routing.test.ts":
    "one area of the behaviour list B001..B165, a test for each item, found by its number",
  "test/db/behaviour/sessions.test.ts":
    "one area of the behaviour list B001..B165, a test for each item, found by its number",
  "test/db/behaviour/transaction-options.test.ts":
    "one area of the behaviour list B001..B165, a test for each item, found by its number",
  "test/db/behaviour/transactions.test.ts":
    "one area of the behaviour list B001..B165, a test for each item, found by its number",
  "test/db/behaviour/url.test.ts":
    "one area of the behaviour list B001..B165, a test for each item, found by its number",
};

/** Lines that a file may have. */
export const lineBudget = 400;
