import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import {
  CheckViolationError,
  connect,
  DatabaseError,
  DeadlockError,
  execute,
  FerroError,
  ForeignKeyViolationError,
  fetchAll,
  fetchOne,
  id,
  Model,
  NotNullViolationError,
  QueryCancelledError,
  QueryTimeoutError,
  SchemaError,
  SerializationError,
  transaction,
  UniqueViolationError,
} from "../../src/index.ts";
import { describeEachDatabase } from "../support/databases.ts";
import { useDatabase } from "../support/use-database.ts";
import { Author, Post, Tag } from "./models.ts";

class Ticket extends Model(
  "Ticket",
  {
    id: id(),
    status: z.enum(["open", "done"]),
    seats: z.int(),
  },
  { checks: [{ name: "ck_ticket_seats", sql: "seats > 0" }] },
) {}

const caught = async (work: Promise<unknown>): Promise<FerroError> => {
  try {
    await work;
  } catch (error) {
    if (error instanceof FerroError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
};

describeEachDatabase("what the database refuses", (db) => {
  useDatabase(db);

  test("NULL where it isn't taken, by table and column", async () => {
    const error = await caught(execute("insert into author (name) values ('Ann')"));

    expect(error).toBeInstanceOf(NotNullViolationError);
    expect(error).toBeInstanceOf(DatabaseError);
    expect(error).toMatchObject({
      code: "NOT_NULL_VIOLATION",
      table: "author",
      columns: ["email"],
    });
  });

  test("a value outside a closed list, and one that a check refuses", async () => {
    const outside = await caught(execute("insert into ticket (status, seats) values ('lost', 1)"));
    const refused = await caught(Ticket.create({ status: "open", seats: 0 }));

    expect(outside).toBeInstanceOf(CheckViolationError);
    expect(outside).toMatchObject({ constraint: "ck_ticket_status" });
    expect(refused).toBeInstanceOf(CheckViolationError);
    expect(refused).toMatchObject({ constraint: "ck_ticket_seats", model: "Ticket" });
  });

  test("a foreign key to no row", async () => {
    const error = await caught(Post.create({ title: "a", authorId: 404 }));

    expect(error).toBeInstanceOf(ForeignKeyViolationError);
    expect(error).toMatchObject({
      code: "FOREIGN_KEY_VIOLATION",
      model: "Post",
      columns: ["authorId"],
    });
  });

  test("a taken value, in a bulk insert and in an update too", async () => {
    await Tag.bulkCreate([{ name: "a" }, { name: "b" }]);

    const inserted = await caught(Tag.bulkCreate([{ name: "c" }, { name: "a" }]));
    const updated = await caught(Tag.where({ name: "b" }).update({ name: "a" }));

    for (const error of [inserted, updated]) {
      expect(error).toBeInstanceOf(UniqueViolationError);
      expect(error).toMatchObject({ model: "Tag", columns: ["name"] });
      expect(error.message).toMatch(/^Tag (?:bulkCreate|update)/);
    }
  });

  test("text that is no SQL; the message has no values and the caller's line is in the stack", async () => {
    const secret = "hunter2";
    const error = await caught(fetchAll(`selec ${db.backend === "sqlite" ? "?" : "$1"}`, [secret]));

    expect(error).toBeInstanceOf(DatabaseError);
    expect(error).toMatchObject({ code: "DATABASE" });
    expect(error.cause).toBeInstanceOf(Error);
    expect(JSON.stringify(error) + String(error) + error.stack).not.toContain(secret);
    expect(error.stack).toContain("errors.test.ts");
  });

  test("the caller's line is in the stack of a model call as well", async () => {
    await Author.create({ name: "Ann", email: "ann@example.com" });
    const error = await caught(Author.create({ name: "Ann", email: "ann@example.com" }));

    expect(error.stack).toContain("errors.test.ts");
  });
});

describeEachDatabase(
  "what concurrent transactions meet",
  (db) => {
    useDatabase(db);

    test("a serialization failure", async () => {
      await Tag.create({ name: "a" });
      const both = ["b", "c"].map((name) =>
        transaction(
          async () => {
            const count = await Tag.count();
            await meet();
            await Tag.create({ name: `${name}${count}` });
          },
          { isolation: "serializable" },
        ),
      );

      const failures = (await Promise.allSettled(both)).filter(
        ({ status }) => status === "rejected",
      );

      expect(failures).toHaveLength(1);
      expect((failures[0] as PromiseRejectedResult).reason).toBeInstanceOf(SerializationError);
    });

    test("a deadlock", async () => {
      const [a, b] = [await Tag.create({ name: "a" }), await Tag.create({ name: "b" })];
      const cross = async (first: Tag, second: Tag) =>
        transaction(async () => {
          await Tag.where({ id: first.id }).update({ name: `${first.name}!` });
          await meet();
          await Tag.where({ id: second.id }).update({ name: `${second.name}?` });
        });

      const results = await Promise.allSettled([cross(a, b), cross(b, a)]);
      const failures = results.filter(({ status }) => status === "rejected");

      expect(failures).toHaveLength(1);
      expect((failures[0] as PromiseRejectedResult).reason).toBeInstanceOf(DeadlockError);
    });

    test("a statement over its time, and one that was cancelled", async () => {
      const late = await caught(
        transaction(async (tx) => {
          await tx.execute("set local statement_timeout = 20");
          await tx.fetchAll("select pg_sleep(30)");
        }),
      );
      const pid = Promise.withResolvers<number>();
      const cancelled = caught(
        transaction(async (tx) => {
          const row = await tx.fetchOne("select pg_backend_pid() as pid");
          pid.resolve(Number(row?.["pid"]));
          await tx.fetchAll("select pg_sleep(30)");
        }),
      );
      await cancelOnceAsleep(await pid.promise);

      expect(late).toBeInstanceOf(QueryTimeoutError);
      expect(await cancelled).toBeInstanceOf(QueryCancelledError);
    });
  },
  { only: ["postgres"], because: "SQLite has one writer at a time and no server to cancel at" },
);

// Another server has no files.
test.each(["node:sqlite", "better-sqlite3"] as const)(
  "a SQLite file that isn't there: %s says how to have it made",
  async (sqlite) => {
    const opening = (mode: string) =>
      connect(`sqlite:${join(tmpdir(), "ferro-is-not-there.db")}${mode}`, {
        name: "nowhere",
        sqlite,
      });

    await expect(opening("")).rejects.toThrow(/end the URL with \?mode=rwc to have the file made/);
    await expect(opening("?mode=ro")).rejects.not.toThrow("rwc");
  },
);

describeEachDatabase("wrong models", () => {
  test("are refused where they are defined, by name", () => {
    expect(() => Model("Broken", { id: id(), any: z.any() })).toThrow(SchemaError);
    expect(() => Model("Broken", { id: id(), any: z.any() })).toThrow(/Broken\.any/);
  });
});

let waiting: (() => void) | undefined;

/** Resolves once two callers are here. */
async function meet(): Promise<void> {
  if (waiting !== undefined) {
    waiting();
    waiting = undefined;
    return;
  }
  await new Promise<void>((resolve) => {
    waiting = resolve;
  });
}

/** Asks the server until the backend is in its sleep, then cancels it. */
async function cancelOnceAsleep(pid: number): Promise<void> {
  for (;;) {
    const row = await fetchOne(
      "select pg_cancel_backend(pid) as done from pg_stat_activity where pid = $1 and state = 'active' and query like '%pg_sleep%'",
      [pid],
    );
    if (row?.["done"] === true) return;
  }
}
