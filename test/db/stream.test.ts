import { beforeEach, describe, expect, test } from "vitest";
import {
  connect,
  engines,
  execute,
  fetchOne,
  PoolTimeoutError,
  QueryCancelledError,
  SessionClosedError,
  TransactionClosedError,
  transaction,
  UsageError,
} from "../../src/index.ts";
import { defaultConnection } from "../../src/session/registry.ts";
import { describeEachDatabase } from "../support/databases.ts";
import { useDatabase } from "../support/use-database.ts";
import { Author, Post, Tag } from "./models.ts";

const rows = 2500;

async function collect<Row>(stream: AsyncIterable<Row>): Promise<Row[]> {
  const collected: Row[] = [];
  for await (const row of stream) collected.push(row);
  return collected;
}

describeEachDatabase(
  "stream",
  (db) => {
    const database = useDatabase(db);
    /** The database lives in one connection, so a stream of it is read whole. */
    const only = db.ephemeral;

    beforeEach(async () => {
      await Tag.bulkCreate(Array.from({ length: rows }, (_, place) => ({ name: `tag ${place}` })));
    });

    const inUse = () => defaultConnection().stats().inUse;
    const ordered = Tag.orderBy((t) => t.id);

    test("gives what all() gives, in its order", async () => {
      const streamed: string[] = [];
      for await (const tag of ordered.stream({ batchSize: 400 })) {
        expect(tag).toBeInstanceOf(Tag);
        streamed.push(tag.name);
      }

      expect(streamed).toEqual((await ordered.all()).map(({ name }) => name));
      expect(inUse()).toBe(0);
    });

    test("a query is itself a stream, and so is a model", async () => {
      const names: string[] = [];
      for await (const tag of Tag.where((t) => t.name.in(["tag 3", "tag 5"])).orderBy("id")) {
        names.push(tag.name);
      }
      let count = 0;
      for await (const _ of Tag.stream()) count += 1;

      expect(names).toEqual(["tag 3", "tag 5"]);
      expect(count).toBe(rows);
    });

    test.for([1, 2499, 2500, 2501])(
      "a batch of %i loses and repeats nothing",
      async (batchSize) => {
        const { ids } = { ids: [] as number[] };
        for await (const { id } of ordered.stream({ batchSize })) ids.push(id);

        expect(ids).toEqual((await ordered.all()).map(({ id }) => id));
      },
    );

    test("limit and offset count", async () => {
      const names: string[] = [];
      for await (const { name } of ordered.limit(3).offset(2).stream({ batchSize: 2 })) {
        names.push(name);
      }

      expect(names).toEqual(["tag 2", "tag 3", "tag 4"]);
    });

    test("values are those of every other path", async () => {
      const author = await Author.create({ name: "Ann", email: "ann@example.com" });
      await Post.create({
        title: "ünï 🚀",
        rating: 0.1,
        meta: { tags: ["a"], depth: 2 },
        createdAt: new Date("2026-02-03T04:05:06.789Z"),
        author,
      });
      const [read] = await Post.all();
      const streamed: Post[] = [];
      for await (const post of Post.stream()) streamed.push(post);

      expect(streamed).toEqual([read]);
    });

    test("nothing runs before the first row is asked for", async () => {
      const statements = database.spy();
      const stream = ordered.stream();
      expect(statements()).toEqual([]);

      await stream.next();
      expect(statements()).toHaveLength(1);
      await stream.return();
      expect(inUse()).toBe(0);
    });

    test("break frees the connection at once", async () => {
      for await (const _ of ordered.stream({ batchSize: 10 })) {
        expect(inUse()).toBe(only ? 0 : 1);
        break;
      }

      expect(inUse()).toBe(0);
      expect(await Tag.count()).toBe(rows);
    });

    test("an error in the loop frees the connection at once", async () => {
      const failing = async () => {
        for await (const _ of ordered.stream({ batchSize: 10 })) throw new Error("enough");
      };

      await expect(failing()).rejects.toThrow("enough");
      expect(inUse()).toBe(0);
    });

    test("an abort between rows frees the connection without another row being asked for", async () => {
      const controller = new AbortController();
      const stream = ordered.stream({ batchSize: 10, signal: controller.signal });
      await stream.next();

      controller.abort(new Error("gone"));
      await expect.poll(inUse).toBe(0);
      const drained = (async () => {
        for await (const _ of stream);
      })();
      await (only ? drained.catch(() => {}) : expect(drained).rejects.toThrow(QueryCancelledError));
    });

    test("an aborted signal runs nothing", async () => {
      const statements = database.spy();
      const stream = ordered.stream({ signal: AbortSignal.abort(new Error("gone")) });

      const error = await stream.next().catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(QueryCancelledError);
      expect((error as Error).cause).toEqual(new Error("gone"));
      expect(statements()).toEqual([]);
    });

    test("rows may be saved in the loop", async () => {
      let seen = 0;
      for await (const tag of ordered.stream({ batchSize: 100 })) {
        seen += 1;
        if (seen % 500 === 0) {
          tag.name = `changed ${seen}`;
          await tag.save();
        }
      }

      expect(seen).toBe(rows);
      expect(await Tag.where((t) => t.name.startsWith("changed")).count()).toBe(rows / 500);
    });

    test("the instances are not those of the identity map, unless asked", async () => {
      await using session = engines.session({ identityMap: true }).enter();
      const first = await ordered.limit(1).one();
      first.name = "edited";

      const [fresh] = await collect(ordered.limit(1).stream());
      const [known] = await collect(ordered.limit(1).stream({ identityMap: true }));

      expect(fresh).not.toBe(first);
      expect(fresh?.name).toBe("tag 0");
      expect(known).toBe(first);
      expect(session.isClosed).toBe(false);
    });

    describe("in a transaction", () => {
      test("sees what the transaction wrote, and other statements run between its batches", async () => {
        await transaction(async () => {
          await Tag.create({ name: "new" });
          let seen = 0;
          for await (const tag of ordered.stream({ batchSize: 100 })) {
            seen += 1;
            if (seen % 700 === 0) {
              tag.name = `changed ${seen}`;
              await tag.save();
            }
            if (seen === 50) expect(await Tag.count()).toBe(rows + 1);
          }
          expect(seen).toBe(rows + 1);
        });

        expect(await Tag.where((t) => t.name.startsWith("changed")).count()).toBe(3);
        expect(inUse()).toBe(0);
      });

      test("a change in the loop does not change what the loop sees", async () => {
        await transaction(async () => {
          const seen: number[] = [];
          for await (const tag of ordered.stream({ batchSize: 10 })) {
            seen.push(tag.id);
            if (seen.length === 5) {
              await Tag.allRows().delete();
              await Tag.create({ name: "late" });
            }
          }
          expect(seen).toHaveLength(rows);
        });
        expect(await Tag.count()).toBe(1);
      });

      test("a nested transaction may run in the loop", async () => {
        await transaction(async () => {
          let seen = 0;
          for await (const tag of ordered.stream({ batchSize: 10 })) {
            seen += 1;
            if (seen === 15) {
              await transaction(async () => {
                tag.name = "undone";
                await tag.save();
                throw new Error("undo");
              }).catch(() => {});
            }
          }
          expect(seen).toBe(rows);
        });
        expect(await Tag.where({ name: "undone" }).count()).toBe(0);
      });

      test("two streams at once", async () => {
        await transaction(async () => {
          const one = ordered.stream({ batchSize: 10 });
          const two = ordered.stream({ batchSize: 7 });
          for (let place = 0; place < 40; place += 1) {
            const [left, right] = [await one.next(), await two.next()];
            expect(left.value?.id).toBe(right.value?.id);
          }
          await one.return();
          expect((await two.next()).value?.name).toBe("tag 40");
        });
        expect(inUse()).toBe(0);
      });

      test("a stream ends with its transaction", async () => {
        const stream = await transaction(async () => {
          const begun = ordered.stream({ batchSize: 10 });
          for (let place = 0; place < 10; place += 1) await begun.next();
          return begun;
        });

        await expect(stream.next()).rejects.toThrow(TransactionClosedError);
        expect(inUse()).toBe(0);
        expect(await Tag.count()).toBe(rows);
      });

      test("break leaves the transaction usable", async () => {
        await transaction(async () => {
          for await (const tag of ordered.stream({ batchSize: 10 })) {
            await tag.delete();
            break;
          }
        });
        expect(await Tag.count()).toBe(rows - 1);
      });
    });

    test("a stream ends with its session", async () => {
      const session = engines.session();
      const stream = session.query(Tag).orderBy("id").stream({ batchSize: 2 });
      await stream.next();
      await session.close();

      await expect(collect(stream)).rejects.toThrow(SessionClosedError);
      expect(inUse()).toBe(0);
    });

    test("a failing statement says so and frees the connection", async () => {
      await execute("drop table profile");
      try {
        const stream = (await import("./models.ts")).Profile.stream();
        await expect(stream.next()).rejects.toThrow(/Profile stream failed/u);
        expect(inUse()).toBe(0);
      } finally {
        await (await import("../../src/index.ts")).createTables();
      }
    });

    test.for([
      [{ batchSize: 0 }, "batchSize must be a whole number"],
      [{ batchSize: 1.5 }, "batchSize must be a whole number"],
      [{ size: 3 }, 'stream() has no option "size"'],
      [{ signal: {} }, "signal must be an AbortSignal"],
      [3, "stream() takes its options in an object"],
    ] as const)("refuses %j", ([options, message]) => {
      const call = () => ordered.stream(options as object);

      expect(call).toThrow(UsageError);
      expect(call).toThrow(message);
    });
  },
  {
    on: [
      "node:sqlite file",
      "node:sqlite memory",
      "postgres",
      "better-sqlite3 file",
      "node:sqlite threads",
      "better-sqlite3 threads",
      "pglite",
    ],
  },
);

describeEachDatabase(
  "a stream in a pool of one",
  (db) => {
    test("work in the loop waits for a connection and is told who holds it", async () => {
      await using connection = await connect(db.url, {
        autoMigrate: true,
        implicitRouting: "allow",
        pool: { maxConnections: 1, acquireTimeoutMs: 100 },
      });
      await Tag.bulkCreate([{ name: "a" }, { name: "b" }, { name: "c" }]);

      const stream = Tag.orderBy("id").stream({ batchSize: 1 });
      await stream.next();
      const waiting = fetchOne("select 1");
      await expect(waiting).rejects.toThrow(PoolTimeoutError);
      await expect(waiting).rejects.toThrow(/a stream of Tag/u);
      await stream.return();

      expect(await fetchOne("select 1 as one")).toEqual({ one: 1 });
      // In a transaction the loop and its work share the connection.
      await transaction(async () => {
        for await (const tag of Tag.orderBy("id").stream({ batchSize: 1 })) await tag.delete();
      });
      expect(await Tag.count()).toBe(0);
      expect(connection.stats().inUse).toBe(0);
    });
  },
  {
    only: ["node:sqlite file", "postgres"],
    because: "a database in memory is read whole",
  },
);
