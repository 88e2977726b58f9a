/** What the behaviour suites share: several databases, watchers, meeting points. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { copyFile, rm } from "node:fs/promises";
import { createServer, type Server, type Socket } from "node:net";
import { inspect } from "node:util";
import pg from "pg";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { z } from "zod";
import {
  type Connection,
  type ConnectOptions,
  connect,
  execute,
  id,
  Model,
  resetEngine,
} from "../../../src/index.ts";
import type { TestDatabase } from "../../support/databases.ts";
import { Author, Employee, Post, Profile, Tag } from "../models.ts";

/** Rows without relations. */
export class Item extends Model("Item", {
  id: id(),
  name: z.string(),
  amount: z.int().default(0),
  note: z.string().nullable().default(null),
}) {}

export { Author, Employee, Post, Profile, Tag };

/** Databases that know nothing of each other: files, schemas of one PostgreSQL, or memory. */
export type Place = "a" | "b" | "c" | "d";

export interface OpenOptions extends ConnectOptions {
  /** Which database; default "a". */
  readonly at?: Place;
  /** Parameters added to the URL. */
  readonly url?: Readonly<Record<string, string>>;
}

export interface Engine {
  url(at?: Place, parameters?: Readonly<Record<string, string>>): string;
  /** Connects with tables in place; unqualified work is allowed unless the options say otherwise. */
  open(options?: OpenOptions): Promise<Connection>;
  /** Says that a test has changed the tables of a database, so that the next one makes them anew. */
  forgetTables(at: Place): void;
  /** PostgreSQL: runs a statement beside the engine, as the superuser. */
  admin(sql: string, values?: readonly unknown[]): Promise<Record<string, unknown>[]>;
}

const tables = ["item", "author", "post", "tag", "profile", "employee"];

/** Gives each test empty databases and no connection. */
export function useEngine(db: TestDatabase): Engine {
  const library = db.driver === "better-sqlite3" ? { sqlite: db.driver } : {};
  let client: pg.Client | undefined;
  const used = new Set<Place>();

  const admin = async (sql: string, values: readonly unknown[] = []) => {
    if (client === undefined) {
      client = new pg.Client({ connectionString: db.url });
      client.on("error", () => {});
      await client.connect();
    }
    return (await client.query(sql, [...values])).rows as Record<string, unknown>[];
  };

  const url = (at: Place = "a", parameters: Readonly<Record<string, string>> = {}) => {
    used.add(at);
    if (db.ephemeral) return db.url;
    if (db.backend === "sqlite") return db.url.replace("test.db", `${at}.db`);
    const full = new URL(db.url);
    full.searchParams.set("ferro_search_path", `place_${at}`);
    for (const [name, value] of Object.entries(parameters)) full.searchParams.set(name, value);
    return full.href;
  };

  const open = async ({ at = "a", url: parameters, ...options }: OpenOptions = {}) => {
    const autoMigrate = options.autoMigrate ?? !(await haveTables(at));
    const connection = await connect(url(at, parameters), {
      implicitRouting: "allow",
      ...library,
      ...options,
      ...(db.threads !== undefined && { pool: { threads: db.threads, ...options.pool } }),
      autoMigrate,
    });
    if (options.autoMigrate === undefined) migrated.add(at);
    return connection;
  };

  /** Making tables takes longer than most tests: schemas keep theirs, files are copies of a first one. */
  const migrated = new Set<Place>();
  const template = () => fileOf(db.url).replace("test.db", "template.db");

  async function haveTables(at: Place): Promise<boolean> {
    if (db.ephemeral) return false;
    if (db.backend === "postgres") return migrated.has(at);
    const file = fileOf(url(at));
    if (existsSync(file)) return false;
    await copyFile(template(), file);
    return true;
  }

  beforeAll(async () => {
    if (db.driver === "pg") {
      for (const at of ["a", "b", "c", "d"]) await admin(`create schema place_${at}`);
    } else if (!db.ephemeral) {
      const url = `sqlite:${template()}?mode=rwc`;
      // No reader may keep the file open while its journal changes.
      const alone = { name: "template", pool: { maxConnections: 1 } };
      const maker = await connect(url, { ...library, ...alone, autoMigrate: true });
      await execute("pragma journal_mode = delete", [], { using: "template" }); // one file to copy
      await maker.close();
    }
  });

  afterEach(async () => {
    await resetEngine();
    for (const at of used) await empty(at);
    used.clear();
  });

  afterAll(async () => {
    await client?.end();
  });

  async function empty(at: Place): Promise<void> {
    if (db.ephemeral) return;
    if (db.backend === "sqlite") {
      const file = fileOf(url(at));
      for (const suffix of ["", "-wal", "-shm"]) await rm(file + suffix, { force: true });
      return;
    }
    const found = await admin(
      "select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname = $1 and tablename = any($2)",
      [`place_${at}`, tables],
    );
    const names = found.map(({ name }) => String(name));
    if (names.length === 0) return;
    // Cheaper than truncate, which makes new files; what points here goes with it.
    const empty = names.map((name) => `delete from ${name}`);
    const keys = names.map((name) => `setval(pg_get_serial_sequence('${name}', 'id'), 1, false)`);
    await admin(`${empty.join("; ")}; select ${keys.join(", ")}`);
  }

  const forgetTables = (at: Place): void => {
    migrated.delete(at);
  };

  return { url, open, forgetTables, admin };
}

/** The file of a SQLite URL. */
export function fileOf(url: string): string {
  return url.replace(/^sqlite:/u, "").replace(/\?.*$/u, "");
}

/** Everything that a logger could find in a value: messages, causes, hidden properties. */
export function everythingIn(value: unknown): string {
  const texts = [inspect(value, { depth: 20, showHidden: true }), json(value)];
  for (let each = value; each instanceof Error; each = each.cause) {
    texts.push(String(each), each.stack ?? "", json(each, Object.getOwnPropertyNames(each)));
  }
  return texts.join("\n");
}

function json(value: unknown, names?: string[]): string {
  try {
    return JSON.stringify(value, names) ?? "";
  } catch {
    return "";
  }
}

/** The reason of a rejection; fails the test when there is none. */
export async function failureOf(work: PromiseLike<unknown>): Promise<unknown> {
  const outcome = await Promise.resolve(work).then(
    (value) => ({ value }),
    (reason: unknown) => ({ reason }),
  );
  if ("reason" in outcome) return outcome.reason;
  expect.fail(`expected a rejection, got ${inspect(outcome.value)}`);
}

/** A promise to be settled from outside: how tests make one task wait for another. */
export function gate(): { readonly opened: Promise<void>; open(): void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: resolve };
}

/** Runs `work` in an async context of its own: what it enters stays there. */
export function apart<Result>(work: () => Promise<Result>): Promise<Result> {
  return Promise.resolve().then(work);
}

/** A place where `count` tasks meet: each waits until all have come. */
export function meeting(count: number): () => Promise<void> {
  const all = gate();
  let arrived = 0;
  return () => {
    arrived += 1;
    if (arrived === count) all.open();
    return all.opened;
  };
}

/** Lets a few turns of the event loop pass: time enough for what waits for nothing to show itself. */
export async function turns(count = 5): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) {
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}

/** A TCP server on a free port; counts who comes. */
export interface Listener {
  readonly port: number;
  readonly accepted: () => number;
  close(): Promise<void>;
}

/** Listens; each socket goes to `serve`, or is left without an answer. */
export async function listen(serve: (socket: Socket) => void = () => {}): Promise<Listener> {
  let accepted = 0;
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    accepted += 1;
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
    serve(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    port: address.port,
    accepted: () => accepted,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

/** The packet with which PostgreSQL refuses: severity, code, message. */
export function refusalPacket(message: string, code = "28P01"): Buffer {
  const fields = Buffer.from(`SFATAL\0VFATAL\0C${code}\0M${message}\0\0`);
  const head = Buffer.alloc(5);
  head.write("E", 0);
  head.writeInt32BE(fields.length + 4, 1);
  return Buffer.concat([head, fields]);
}

/** Runs a program of this folder in a process of its own and gives what it printed. */
export async function runProgram(
  name: string,
  args: readonly string[],
): Promise<{ readonly code: number | null; readonly output: string; readonly errors: string }> {
  const child = spawn(process.execPath, [new URL(name, import.meta.url).pathname, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  let errors = "";
  child.stdout.on("data", (chunk: Buffer) => {
    output += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const [code] = (await once(child, "close")) as [number | null];
  return { code, output, errors };
}
