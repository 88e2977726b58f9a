import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import { type Connection, connect, execute } from "../../src/index.ts";
import { Author, Employee, Post, Profile, Tag } from "../db/models.ts";
import type { TestDatabase } from "./databases.ts";

/** What a suite may ask of its database. */
export interface UsedDatabase {
  /** Starts recording; the function gives the SQL of the statements run since. */
  spy(): () => readonly string[];
}

/** A model whose table can be emptied. */
interface Emptied {
  allRows(): { delete(): Promise<number> };
}

/**
 * Connects for the whole suite, with empty tables before each test.
 *
 * @param models - Models of the suite's own, those that point to others first.
 */
export function useDatabase(db: TestDatabase, models: readonly Emptied[] = []): UsedDatabase {
  let connection: Connection;
  const stops: (() => void)[] = [];

  beforeAll(async () => {
    connection = await connect(db.url, {
      autoMigrate: true,
      identityMap: false,
      implicitRouting: "allow",
      ...(db.driver === "better-sqlite3" && { sqlite: db.driver }),
      ...(db.threads !== undefined && { pool: { threads: db.threads } }),
    });
  });

  beforeEach(async () => {
    for (const table of ["post_tags", "employee_friends"]) await execute(`delete from ${table}`);
    for (const model of [...models, Post, Profile, Tag, Author, Employee])
      await model.allRows().delete();
  });

  afterEach(() => {
    for (const stop of stops.splice(0)) stop();
  });

  afterAll(async () => {
    await connection.close();
  });

  return {
    spy() {
      const statements: string[] = [];
      const listen = (event: unknown) => {
        statements.push((event as { sql: string }).sql);
      };
      subscribe("ferro:query", listen);
      stops.push(() => unsubscribe("ferro:query", listen));
      return () => statements;
    },
  };
}
