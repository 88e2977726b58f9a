/** Schemas of real projects, where the folder with them is there. */
import { existsSync, readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";
import pg from "pg";

/** Beside the repository, or beside the folder of its worktrees. */
const places = ["../../../shared/realschemas", "../../../../shared/realschemas"].map((path) =>
  resolve(import.meta.dirname, path),
);

/** One of these, or where the environment says. */
const folder =
  process.env["FERRO_REAL_SCHEMAS"] ?? places.find((path) => existsSync(path)) ?? places[0] ?? "";

const names = {
  postgres: ["chinook", "northwind", "pagila-3.1", "synapse"],
  sqlite: ["chinook", "northwind", "sakila", "synapse"],
} as const;

/** The schemas of one database, those that aren't there among them, and the one of everything that is always there. */
export function realSchemaFiles(
  backend: "postgres" | "sqlite",
): readonly { readonly name: string; readonly file: string; readonly missing: boolean }[] {
  const own = resolve(import.meta.dirname, `../db/schemas/everything-${backend}.sql`);
  return [...names[backend].map((name) => join(folder, backend, `${name}.sql`)), own].map(
    (file) => ({ name: basename(file, ".sql"), file, missing: !existsSync(file) }),
  );
}

/** Why tests that need the folder are skipped, or undefined. */
export const noRealSchemas: string | undefined = existsSync(folder)
  ? undefined
  : "the folder of real schemas is not there; FERRO_REAL_SCHEMAS says where it is";

/** The SQL of a schema: `realSchema("postgres/chinook")`. Everything belongs to whoever runs it. */
export function realSchema(name: string): string {
  const sql = readFileSync(join(folder, `${name}.sql`), "utf8");
  return sql.replace(/^ALTER .* OWNER TO .*;$/gm, "");
}

/** Runs a script on the database behind a test's URL, over a connection of its own, foreign keys unchecked. */
export async function runScript(url: string, sql: string): Promise<void> {
  if (url.startsWith("sqlite:")) {
    const database = new DatabaseSync(url.slice("sqlite:".length).replace(/\?.*/, ""), {
      enableForeignKeyConstraints: false,
    });
    database.exec(sql);
    database.close();
    return;
  }
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query("set session_replication_role = replica");
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/** Rows of a query by hand, as objects of what the driver gives. */
export async function readByHand(url: string, sql: string): Promise<readonly object[]> {
  if (url.startsWith("sqlite:")) {
    const database = new DatabaseSync(url.slice("sqlite:".length).replace(/\?.*/, ""));
    const rows = database.prepare(sql).all();
    database.close();
    return rows;
  }
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}
