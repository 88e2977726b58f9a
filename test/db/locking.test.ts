import { expect, test } from "vitest";
import { connect, engines, SerializationError, transaction, UsageError } from "../../src/index.ts";
import { describeEachDatabase } from "../support/databases.ts";
import { useDatabase } from "../support/use-database.ts";
import { Author, Post } from "./models.ts";
import { Account, Job } from "./mutation-models.ts";

const account = { email: "ann@example.com", handle: "ann" };

/** Takes one job at a time until none is left; gives the names it took. */
async function work(): Promise<string[]> {
  const done: string[] = [];
  for (;;) {
    const name = await transaction(async () => {
      const job = await Job.where({ state: "open" })
        .orderBy((t) => t.id)
        .forUpdate({ skipLocked: true })
        .first();
      if (job === null) return undefined;
      await new Promise((resolve) => setImmediate(resolve));
      job.state = "done";
      job.runs += 1;
      await job.save();
      return job.name;
    });
    if (name === undefined) return done;
    done.push(name);
  }
}

describeEachDatabase("row locks", (db) => {
  const database = useDatabase(db, [Account, Job]);

  test("workers share a queue: each job is taken once", async () => {
    await Job.bulkCreate(Array.from({ length: 40 }, (_, index) => ({ name: `job ${index}` })));

    const taken = await Promise.all(Array.from({ length: 4 }, work));

    expect(taken.flat().toSorted()).toEqual(
      Array.from({ length: 40 }, (_, index) => `job ${index}`).toSorted(),
    );
    expect(await Job.where({ runs: 1, state: "done" }).count()).toBe(40);
  });

  test("workers claim jobs in one statement each", async () => {
    await Job.bulkCreate(Array.from({ length: 30 }, (_, index) => ({ name: `job ${index}` })));

    const claims = await Promise.all(
      Array.from({ length: 12 }, () =>
        Job.where({ state: "open" })
          .orderBy((t) => t.id)
          .limit(3)
          .forUpdate({ skipLocked: true })
          .update((t) => ({ state: "taken", runs: t.runs.plus(1) }), {
            returning: (t) => t.name,
          }),
      ),
    );

    expect(claims.every((names) => names.length <= 3)).toBe(true);
    const names = claims.flat();
    expect(new Set(names).size).toBe(names.length);
    expect(await Job.where({ state: "taken" }).count()).toBe(names.length);
    expect(await Job.where((t) => t.runs.gt(1)).count()).toBe(0);
  });

  test("read, change and write again lose no update", async () => {
    const { id } = await Account.create(account);

    await Promise.all(
      Array.from({ length: 20 }, () =>
        transaction(async () => {
          const row = await Account.where({ id }).forUpdate().one();
          row.credit += 1;
          await row.save();
        }),
      ),
    );

    expect((await Account.get(id)).credit).toBe(20);
  });

  test("an object of the session is brought up to date when its row is locked", async () => {
    const session = engines.session({ identityMap: true });
    await session.run(async () => {
      const held = await Account.create(account);
      held.handle = "edited";
      await Account.using("default").where({ id: held.id }).select("id").all();
      await engines.session((other) =>
        other.query(Account).where({ id: held.id }).update({ credit: 9 }),
      );

      await transaction(async () => {
        const locked = await Account.where({ id: held.id }).forUpdate().one();

        expect(locked).toBe(held);
        expect([held.credit, held.handle]).toEqual([9, "edited"]);
      });
    });
    await session.close();
  });

  test("locks the query's own rows, whatever it is joined with", async () => {
    const ann = await Author.create({ name: "Ann", email: "ann@example.com" });
    await Post.create({ title: "a", author: ann });

    const titles = await transaction(() =>
      Post.where((t) => t.reviewer.name.isNull())
        .forShare()
        .select((t) => t.title)
        .all(),
    );

    expect(titles).toEqual(["a"]);
  });

  test("needs a transaction that may write, and says so before any SQL", async () => {
    const query = Account.where({ id: 1 });
    const statements = database.spy();

    await expect(query.forUpdate().all()).rejects.toThrow(/needs a transaction/);
    await expect(query.forShare().first()).rejects.toThrow(/needs a transaction/);
    await expect(query.forUpdate().get(1)).rejects.toThrow(/needs a transaction/);
    await expect(query.forUpdate().select("id").all()).rejects.toThrow(/needs a transaction/);
    expect(statements()).toEqual([]);
    await expect(transaction(() => query.forUpdate().all(), { readOnly: true })).rejects.toThrow(
      /read-only/,
    );
  });

  test("options that can't mean anything are refused", () => {
    const query = Account.where({ id: 1 });

    for (const options of [
      { skip: true },
      { skipLocked: 1 },
      { skipLocked: true, noWait: true },
      1,
    ]) {
      expect(() => query.forUpdate(options as never)).toThrow(UsageError);
      expect(() => query.forShare(options as never)).toThrow(UsageError);
    }
  });
});

describeEachDatabase(
  "row locks of a server",
  (db) => {
    useDatabase(db, [Account]);

    test("skipLocked leaves out rows that are locked, noWait fails on them", async () => {
      const [one] = await Account.bulkCreate(
        [account, { email: "bob@example.com", handle: "bob" }],
        { returning: true },
      );

      await transaction(async () => {
        await Account.where({ handle: "ann" }).forUpdate().one();

        const free = await transaction(
          () => Account.allRows().forUpdate({ skipLocked: true }).all(),
          { mode: "separate" },
        );
        const failing = transaction(() => Account.allRows().forShare({ noWait: true }).all(), {
          mode: "separate",
        });

        expect(free.map(({ handle }) => handle)).toEqual(["bob"]);
        await expect(failing).rejects.toThrow(SerializationError);
      });
      expect(one?.handle).toBe("ann");
    });

    test("two may share a lock, and neither may change the row meanwhile", async () => {
      await Account.create(account);

      await transaction(async () => {
        await Account.where({ handle: "ann" }).forShare().one();
        const shared = await transaction(() => Account.allRows().forShare({ noWait: true }).all(), {
          mode: "separate",
        });
        const taken = transaction(() => Account.allRows().forUpdate({ noWait: true }).all(), {
          mode: "separate",
        });

        expect(shared).toHaveLength(1);
        await expect(taken).rejects.toThrow(SerializationError);
      });
    });
  },
  { only: ["postgres"], because: "SQLite locks the whole file for a transaction that may write" },
);

describeEachDatabase("a change in a transaction", (db) => {
  test("shows outside of it, where an object of the row is still held", async () => {
    await using connection = await connect(db.url, {
      name: "mapped",
      autoMigrate: true,
      implicitRouting: "allow",
    });
    const Mapped = Account.using(connection.name);
    await Mapped.allRows().delete();
    const held = await Mapped.create(account);

    await transaction(
      async () => {
        const row = await Mapped.where({ id: held.id }).forUpdate().one();
        row.credit = 5;
        await row.save();
      },
      { using: connection.name },
    );

    expect((await Mapped.get(held.id)).credit).toBe(5);
    expect(held.credit).toBe(0);
  });
});
