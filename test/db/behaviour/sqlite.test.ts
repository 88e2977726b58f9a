/** Issue 3, item 3: SQLite under async code, in one process and in several. */
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import {
  connect,
  DatabaseError,
  engines,
  execute,
  fetchAll,
  fetchOne,
  SerializationError,
  transaction,
} from "../../../src/index.ts";
import { describeEachDatabase } from "../../support/databases.ts";
import { apart, failureOf, fileOf, gate, Item, runProgram, turns, useEngine } from "./support.ts";

const files = {
  only: ["node:sqlite file", "better-sqlite3 file"] as const,
  because: "it is about files",
};

describeEachDatabase(
  "SQLite files under async code",
  (db) => {
    const engine = useEngine(db);

    test("files run on WAL, with foreign keys on, on the writer and the readers", async () => {
      await engine.open();

      for (const access of ["execute", "fetchAll"]) {
        const read = (pragma: string) =>
          fetchOne(
            access === "fetchAll" ? `select * from pragma_${pragma}` : `pragma ${pragma}`,
          ).then((row) => Object.values(row ?? {})[0]);
        expect(await read("journal_mode")).toBe("wal");
        expect(await read("foreign_keys")).toBe(1);
      }
    });

    test("readers go on beside an open write transaction, and see what was committed", async () => {
      await engine.open();
      await Item.create({ name: "committed" });
      const [written, read] = [gate(), gate()];
      const writing = transaction(async () => {
        await Item.create({ name: "uncommitted" });
        written.open();
        await read.opened;
      });
      await written.opened;

      const counts = await apart(() => Promise.all(Array.from({ length: 20 }, () => Item.count())));
      read.open();
      await writing;

      expect(counts).toEqual(Array.from({ length: 20 }, () => 1));
      expect(await Item.count()).toBe(2);
    });

    test("a read-only transaction sees one snapshot, while writers go on", async () => {
      await engine.open();
      await Item.create({ name: "1" });

      await transaction(
        async () => {
          expect(await Item.count()).toBe(1);
          await engines.session(async () => {}); // a session that does nothing leaves it alone
          await writeApart("2");
          expect(await Item.count()).toBe(1);
          expect(await fetchAll("select name from item")).toEqual([{ name: "1" }]);
        },
        { readOnly: true },
      );

      expect(await Item.count()).toBe(2);
    });

    /** Writes the way another process would: over a connection that Ferro knows nothing of. */
    async function writeApart(name: string): Promise<void> {
      const other = new DatabaseSync(fileOf(engine.url()));
      other.exec(`insert into item (name, amount) values ('${name}', 0)`);
      other.close();
    }

    test("P15 another process's lock is waited for without holding up the event loop", async () => {
      await engine.open();
      const other = new DatabaseSync(fileOf(engine.url()));
      other.exec("begin immediate");
      let ticks = 0;
      const ticking = setInterval(() => {
        ticks += 1;
      }, 1);

      const writing = Promise.all([
        Item.create({ name: "1" }),
        transaction(() => Item.create({ name: "2" })),
        execute("insert into item (name, amount) values ('3', 0)"),
      ]);
      await expect.poll(() => ticks, { interval: 1 }).toBeGreaterThan(20);
      other.exec("commit");
      other.close();
      await writing;
      clearInterval(ticking);

      expect(await Item.count()).toBe(3);
    });

    test("a lock that stays longer than busyTimeoutMs is a typed error, and later work goes on", async () => {
      await engine.open({ busyTimeoutMs: 30 });
      const other = new DatabaseSync(fileOf(engine.url()));
      other.exec("begin immediate");

      expect(await failureOf(Item.create({ name: "1" }))).toBeInstanceOf(SerializationError);
      expect(await failureOf(transaction(() => Item.create({ name: "2" })))).toBeInstanceOf(
        SerializationError,
      );
      other.exec("rollback");
      other.close();

      await Item.create({ name: "3" });
      expect(await Item.count()).toBe(1);
    });

    test("busy is retried by retries, too", async () => {
      await engine.open({ busyTimeoutMs: 1 });
      const other = new DatabaseSync(fileOf(engine.url()));
      other.exec("begin immediate");
      let held = true;
      const watched = setTimeout(() => {
        held = false;
        other.exec("rollback");
        other.close();
      }, 50);

      await transaction(() => Item.create({ name: "1" }), { retries: 100 });

      clearTimeout(watched);
      expect(held).toBe(false);
      expect(await Item.count()).toBe(1);
    });

    test("R61, P15 two processes with 200 read-modify-write transactions each: none is lost, no BUSY comes out", async () => {
      await engine.open();
      await Item.create({ name: "counter" });

      const results = await Promise.all([
        runProgram("increment.ts", [engine.url(), "200"]),
        runProgram("increment.ts", [engine.url(), "200"]),
      ]);

      expect(results).toEqual([
        { code: 0, output: "200", errors: "" },
        { code: 0, output: "200", errors: "" },
      ]);
      expect(await fetchOne("select amount from item")).toEqual({ amount: 400 });
    });

    test("two connections to one file in one process take turns as two processes do", async () => {
      await engine.open({ name: "one" });
      await engine.open({ name: "two" });
      await Item.using("one").create({ name: "counter" });

      await Promise.all(
        Array.from({ length: 100 }, (_, n) =>
          transaction(
            async () => {
              const counter = await Item.one();
              await turns(1);
              counter.amount += 1;
              await counter.save();
            },
            { using: n % 2 === 0 ? "one" : "two" },
          ),
        ),
      );

      expect(await fetchOne("select amount from item", [], { using: "one" })).toEqual({
        amount: 100,
      });
    });

    test("a read-only file connection refuses transactions that write, and reads on", async () => {
      await engine.open();
      await Item.create({ name: "1" });
      const url = engine.url().replace("mode=rwc", "mode=ro");

      await connect(url, { name: "ro" });

      await expect(transaction(() => Item.create({ name: "2" }), { using: "ro" })).rejects.toThrow(
        DatabaseError,
      );
      expect(await Item.using("ro").count()).toBe(1);
      expect(await transaction(() => Item.count(), { using: "ro", readOnly: true })).toBe(1);
    });
  },
  files,
);

describeEachDatabase(
  "SQLite under async code",
  (db) => {
    const engine = useEngine(db);

    test("R37 writers from 50 concurrent callers, half of them failing, leave the committed half", async () => {
      await engine.open();

      const outcomes = await Promise.allSettled(
        Array.from({ length: 50 }, (_, n) =>
          transaction(async () => {
            await Item.create({ name: `${n} first` });
            await turns(1);
            await Item.create({ name: `${n} second` });
            if (n % 2 === 1) throw new Error("odd");
          }),
        ),
      );

      const errors = outcomes.flatMap((outcome) =>
        outcome.status === "rejected" ? [String(outcome.reason)] : [],
      );
      expect(errors).toEqual(Array.from({ length: 25 }, () => "Error: odd"));
      expect((await Item.orderBy((t) => t.id).all()).map(({ name }) => name)).toEqual(
        Array.from({ length: 25 }, (_, n) => [`${2 * n} first`, `${2 * n} second`]).flat(),
      );
    });

    test("R37 a bystander's write never falls into somebody's transaction", async () => {
      await engine.open();
      const begun = gate();
      const doomed = transaction(async () => {
        await Item.create({ name: "doomed" });
        begun.open();
        await turns();
        throw new Error("out");
      });
      await begun.opened;

      const bystanders = apart(() =>
        Promise.all([
          Item.create({ name: "bystander" }),
          execute("insert into item (name, amount) values ('raw', 0)"),
        ]),
      );
      await failureOf(doomed);
      await bystanders;

      expect((await Item.all()).map(({ name }) => name).sort()).toEqual(["bystander", "raw"]);
    });

    test("a transaction that reads first and writes later loses no update", async () => {
      await engine.open();
      await Item.create({ name: "counter" });

      await Promise.all(
        Array.from({ length: 50 }, () =>
          engines.session(() =>
            transaction(async () => {
              const counter = await Item.one();
              await turns(1);
              counter.amount += 1;
              await counter.save();
            }),
          ),
        ),
      );

      expect(await fetchOne("select amount from item")).toEqual({ amount: 50 });
    });

    test("a memory database is one for many callers at once, readers and writers", async () => {
      await engine.open();

      await Promise.all(
        Array.from({ length: 30 }, (_, n) =>
          n % 3 === 0
            ? transaction(async () => {
                await Item.create({ name: `${n}` });
                await turns(1);
              })
            : n % 3 === 1
              ? Item.create({ name: `${n}` })
              : Item.count(),
        ),
      );

      expect(await Item.count()).toBe(20);
    });
  },
  { only: ["sqlite"], because: "it is about SQLite" },
);
