/** Opens the two databases of the demo: an SQLite file and a PostgreSQL of its own. */
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { connect, disconnect, execute, fetchOne } from "ferro-orm";
import { startPostgres } from "../test/support/embedded-postgres.ts";

export interface Database {
  /** The connection's name: what goes into `using()`. */
  readonly name: string;
  readonly title: string;
  readonly version: string;
  /** Where its files are. */
  readonly location: string;
}

export interface Databases {
  readonly sqlite: Database;
  readonly postgres: Database;
  /** Closes the connections, stops PostgreSQL and removes its files. The SQLite file stays. */
  close(): Promise<void>;
}

interface Server {
  readonly url: string;
  /** Stops the server, or only drops the database on it. */
  stop(): Promise<void>;
}

const folder = join(import.meta.dirname, "..", ".tmp", "demo");
const file = join(folder, "world.db");
const givenUrl = process.env["FERRO_POSTGRES_URL"];

/** Opens both, empty. */
export async function openDatabases(): Promise<Databases> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const server = await openServer();
  const close = () => disconnect().finally(() => server.stop());
  try {
    await connect(`sqlite:${file}?mode=rwc`, { name: "sqlite", autoMigrate: true });
    await connect(server.url, { name: "postgres", autoMigrate: true });
    return {
      sqlite: {
        name: "sqlite",
        title: "SQLite",
        version: await askOne("select sqlite_version() as answer", "sqlite"),
        location: file,
      },
      postgres: {
        name: "postgres",
        title: "PostgreSQL",
        version: await askOne("select split_part(version(), ' ', 2) as answer", "postgres"),
        location: givenUrl
          ? new URL(server.url).host
          : await askOne("select current_setting('data_directory') as answer", "postgres"),
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A server of our own, or a database of our own on the server in FERRO_POSTGRES_URL. */
async function openServer(): Promise<Server> {
  if (!givenUrl) return startPostgres();

  const name = `ferro_demo_${process.pid}`;
  const administer = async (statement: string) => {
    const connection = await connect(givenUrl, { name: "admin" });
    await execute(statement, { using: "admin" }).finally(() => connection.close());
  };
  // In SQLite texts sort by their bytes; so they must here, or the answers come in another order.
  await administer(`create database ${name} template template0 encoding 'UTF8' locale 'C'`);
  const url = new URL(givenUrl);
  url.pathname = `/${name}`;
  return { url: url.href, stop: () => administer(`drop database ${name} with (force)`) };
}

async function askOne(statement: string, using: string): Promise<string> {
  return String((await fetchOne(statement, { using }))?.["answer"]);
}
