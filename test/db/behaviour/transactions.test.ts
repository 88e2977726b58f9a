/** B125..B148: transactions, nesting, and what is left un-awaited. Options are in transaction-options.test.ts. */
import { expect, test } from "vitest";
import {
  DatabaseError,
  engines,
  execute,
  FerroError,
  ForeignKeyViolationError,
  fetchAll,
  fetchOne,
  RoutingError,
  SerializationError,
  setDefaultConnection,
  TransactionClosedError,
  type TransactionHandle,
  transaction,
  UniqueViolationError,
} from "../../../src/index.ts";
import { describeEachDatabase } from "../../support/databases.ts";
import {
  Author,
  apart,
  failureOf,
  gate,
  Item,
  meeting,
  Post,
  Profile,
  Tag,
  turns,
  useEngine,
} from "./support.ts";

const names = async () => (await Item.orderBy((t) => t.id).all()).map(({ name }) => name);

describeEachDatabase("transactions", (db) => {
  const engine = useEngine(db);

  test("B125 TX-01 a clean end commits and gives the result", async () => {
    await engine.open();

    const result = await transaction(async () => {
      await Item.create({ name: "1" });
      await Item.create({ name: "2" });
      return 42;
    });

    expect(result).toBe(42);
    expect(await names()).toEqual(["1", "2"]);
  });

  test("B125 TX-01 any error rolls everything back and comes out unchanged", async () => {
    await engine.open();
    const own = new Error("own");

    const error = await failureOf(
      transaction(async () => {
        await Item.create({ name: "1" });
        await transaction(async () => void (await Item.create({ name: "2" })));
        throw own;
      }),
    );

    expect(error).toBe(own);
    expect(await names()).toEqual([]);
  });

  test("B125 TX-01 so does an error of the database, in the model's terms", async () => {
    await engine.open();
    await Tag.create({ name: "taken" });

    const error = await failureOf(
      transaction(async () => {
        await Item.create({ name: "1" });
        await Tag.create({ name: "taken" });
      }),
    );

    expect(error).toBeInstanceOf(UniqueViolationError);
    expect(await names()).toEqual([]);
  });

  test("R35 a write, a timer and a throw leave no row", async () => {
    await engine.open();

    await failureOf(
      transaction(async () => {
        await Item.create({ name: "1" });
        await new Promise((resolve) => setTimeout(resolve, 1));
        throw new Error("out");
      }),
    );

    expect(await names()).toEqual([]);
  });

  test("B126 TX-02 a transaction is bound to one named connection", async () => {
    await engine.open({ name: "a", at: "a", default: true });
    await engine.open({ name: "b", at: "b" });

    await transaction(
      async () => {
        await Item.create({ name: "1" });
        setDefaultConnection("a");
        await Item.create({ name: "2" });
      },
      { using: "b" },
    );

    expect(await Item.using("b").count()).toBe(2);
    expect(await Item.using("a").count()).toBe(0);
  });

  test("B127 TX-03 models, relations and raw SQL inside inherit it", async () => {
    await engine.open({ name: "a", at: "a", default: true });
    await engine.open({ name: "b", at: "b" });

    await failureOf(
      transaction(
        async (tx) => {
          await Item.create({ name: "1" });
          await execute("insert into item (name, amount) values ('2', 0)");
          await tx.execute("insert into item (name, amount) values ('3', 0)");
          expect(await fetchAll("select name from item order by id")).toHaveLength(3);
          throw new Error("out");
        },
        { using: "b" },
      ),
    );

    expect(await Item.using("a").count()).toBe(0);
    expect(await Item.using("b").count()).toBe(0);
  });

  test("B128 TX-04 uncommitted writes are seen inside, and not outside", async () => {
    const connection = await engine.open();
    const written = gate();
    const seen = gate();
    const working = transaction(async (tx) => {
      await Item.create({ name: "1" });
      expect(await Item.count()).toBe(1);
      expect(await tx.fetchOne("select name from item")).toEqual({ name: "1" });
      written.open();
      await seen.opened;
    });
    await written.opened;

    // A pool of one makes the outsider wait for the end instead; either way nothing uncommitted shows.
    const outside = apart(() => Item.count());
    if (connection.stats().max > 1) expect(await outside).toBe(0);
    seen.open();
    await working;

    expect(await outside).toBe(connection.stats().max > 1 ? 0 : 1);
    expect(await Item.count()).toBe(1);
  });

  test("B129 TX-05 work issued at once is run one by one on the transaction's connection", async () => {
    await engine.open();

    await transaction(async (tx) => {
      await Promise.all(Array.from({ length: 50 }, (_, n) => Item.create({ name: `n${n}` })));
      const counts = await Promise.all([
        Item.count(),
        tx.fetchOne("select count(*) as n from item"),
        fetchAll("select id from item"),
        Item.bulkCreate([{ name: "bulk" }]),
        Item.where({ name: "n0" }).update({ amount: 1 }),
      ]);
      expect(counts[0]).toBe(50);
    });

    expect(await Item.count()).toBe(51);
  });

  test("B130 TX-06 nested scopes are savepoints of their own, 50 deep and one after another", async () => {
    await engine.open();

    const nest = async (depth: number): Promise<void> => {
      await Item.create({ name: `d${depth}` });
      if (depth === 50) throw new Error("bottom");
      await transaction(() => nest(depth + 1)).catch((error: unknown) => {
        if (depth > 40) throw error;
      });
    };
    await transaction(() => nest(1));
    expect(await names()).toEqual(Array.from({ length: 40 }, (_, n) => `d${n + 1}`));

    await transaction(async () => {
      for (let n = 0; n < 10; n += 1) {
        await transaction(async () => {
          await Item.create({ name: `s${n}` });
          if (n % 2 === 1) throw new Error("odd");
        }).catch(() => {});
      }
    });
    expect((await names()).slice(40)).toEqual(["s0", "s2", "s4", "s6", "s8"]);
  });

  test("B131 TX-07 an inner failure undoes the inner scope alone, also after an error of the database", async () => {
    await engine.open();
    await Tag.create({ name: "taken" });

    await transaction(async (tx) => {
      await Item.create({ name: "before" });
      await expect(
        transaction(async () => {
          await Item.create({ name: "inner" });
          await Tag.create({ name: "taken" });
        }),
      ).rejects.toThrow(UniqueViolationError);
      await expect(
        tx.savepoint(async (inner) => {
          await inner.execute("insert into item (name, amount) values ('savepoint', 0)");
          await inner.execute("this is no SQL");
        }),
      ).rejects.toThrow(DatabaseError);
      await Item.create({ name: "after" });
    });

    expect(await names()).toEqual(["before", "after"]);
  });

  test("B132 TX-08 an outer failure undoes inner work that had ended well", async () => {
    await engine.open();

    await failureOf(
      transaction(async (tx) => {
        await transaction(async () => void (await Item.create({ name: "inner" })));
        await tx.savepoint(async () => void (await Item.create({ name: "savepoint" })));
        throw new Error("out");
      }),
    );

    expect(await names()).toEqual([]);
  });

  test("B133 TX-09 FIX: a nested scope may name its parent's connection, and no other", async () => {
    await engine.open({ name: "a", at: "a" });
    await engine.open({ name: "b", at: "b" });

    await transaction(
      async () => {
        await transaction(async () => void (await Item.create({ name: "1" })), { using: "a" });
        for (const options of [{ using: "b" }, { using: "b", mode: "join" as const }]) {
          const error = await failureOf(transaction(async () => {}, options));
          expect(error).toBeInstanceOf(RoutingError);
          expect(String(error)).toMatch(/"a".*"b"/);
        }
      },
      { using: "a" },
    );

    expect(await Item.using("a").count()).toBe(1);
  });

  test("B134 TX-10 the handle runs raw SQL on the transaction; nobody has to use it", async () => {
    await engine.open();
    const one = db.backend === "sqlite" ? "?" : "$1";

    await failureOf(
      transaction(async (tx) => {
        expect(await tx.execute(`insert into item (name, amount) values (${one}, 0)`, ["x"])).toBe(
          1,
        );
        expect(await tx.fetchAll(`select name from item where name = ${one}`, ["x"])).toEqual([
          { name: "x" },
        ]);
        expect(await tx.fetchOne(`select name from item where name = ${one}`, ["y"])).toBeNull();
        throw new Error("out");
      }),
    );
    await transaction(() => Item.create({ name: "without" }));

    expect(await names()).toEqual(["without"]);
  });

  test("B135 TX-11, P6 after the end, by commit or rollback, the handle refuses", async () => {
    await engine.open();
    const handles: TransactionHandle[] = [];
    await transaction(async (tx) => {
      handles.push(tx);
      await tx.savepoint(async (inner) => void handles.push(inner));
    });
    await failureOf(
      transaction(async (tx) => {
        handles.push(tx);
        throw new Error("out");
      }),
    );

    for (const handle of handles) {
      for (const work of [
        () => handle.execute("insert into item (name, amount) values ('late', 0)"),
        () => handle.fetchAll("select 1"),
        () => handle.fetchOne("select 1"),
        () => handle.savepoint(async () => {}),
        async () => handle.afterCommit(() => {}),
      ]) {
        await expect(work()).rejects.toThrow(TransactionClosedError);
      }
    }
    expect(await names()).toEqual([]);
  });

  test("B135 TX-11 a nested handle refuses while its parent goes on", async () => {
    await engine.open();

    await transaction(async (tx) => {
      let inner: TransactionHandle | undefined;
      await tx.savepoint(async (handle) => {
        inner = handle;
      });
      await expect(inner!.execute("select 1")).rejects.toThrow(TransactionClosedError);
      await Item.create({ name: "kept" });
    });

    expect(await names()).toEqual(["kept"]);
  });

  test("B136 TX-12 transaction({ session }) uses that session; without it the one around the call", async () => {
    await engine.open({ name: "a", at: "a", default: true });
    await engine.open({ name: "b", at: "b" });
    const session = engines.session("b");
    const item = await session.run(() => Item.create({ name: "x" }));

    await transaction(async () => expect(await Item.get(item.id)).toBe(item), { session });
    await engines.session("b", async (own) => {
      const mine = await Item.get(item.id);
      await transaction(async () => {
        expect(await Item.get(item.id)).toBe(mine);
        expect(await own.query(Item).get(item.id)).toBe(mine);
      });
    });
  });

  test("B138 TX-14 bulk work, saves, deletes, refreshes, relations and links all take part", async () => {
    await engine.open();
    const author = await Author.create({ name: "A", email: "a@example.com" });
    const post = await Post.create({ title: "t", author });
    const doomed = await Item.create({ name: "doomed" });

    await failureOf(
      transaction(async () => {
        await Item.bulkCreate([{ name: "1" }, { name: "2" }]);
        post.title = "changed";
        await post.save();
        await post.refresh();
        expect(post.title).toBe("changed");
        await doomed.delete();
        await author.posts.create({ title: "second" });
        await post.tags.create({ name: "x" });
        await post.tags.set([]);
        await Item.where({ name: "1" }).update({ amount: 7 });
        await Item.where({ name: "2" }).delete();
        expect((await post.author).name).toBe("A");
        throw new Error("out");
      }),
    );

    expect(await names()).toEqual(["doomed"]);
    expect(await Post.count()).toBe(1);
    expect(await Tag.count()).toBe(0);
    expect(await fetchOne("select title from post")).toEqual({ title: "t" });
  });

  test("B139 TX-15 instances loaded inside save, refresh and delete inside", async () => {
    await engine.open();
    await Item.bulkCreate([{ name: "1" }, { name: "2" }]);

    await failureOf(
      transaction(async () => {
        const [one, two] = await Item.orderBy((t) => t.id).all();
        one!.name = "changed";
        await one!.save();
        await execute("update item set amount = 5");
        await one!.refresh();
        expect(one!.amount).toBe(5);
        await two!.delete();
        expect(await Item.count()).toBe(1);
        throw new Error("out");
      }),
    );

    expect(await fetchAll("select name, amount from item order by id")).toEqual([
      { name: "1", amount: 0 },
      { name: "2", amount: 0 },
    ]);
  });

  test("B140 TX-16 after a rollback what was undone is not served from the identity map", async () => {
    await engine.open();

    await engines.session(async () => {
      const before = await Item.create({ name: "before" });
      const inside: Item[] = [];
      await failureOf(
        transaction(async () => {
          inside.push(await Item.create({ name: "undone" }));
          before.name = "changed";
          await before.save();
          throw new Error("out");
        }),
      );
      await Item.bulkCreate([{ name: "next" }]);

      const all = await Item.orderBy((t) => t.id).all();

      expect(all.map(({ name }) => name)).toEqual(["before", "next"]);
      expect(all).not.toContain(inside[0]);
    });
  });

  test("B141 TX-17 after a commit or a rollback the connection goes back clean", async () => {
    const connection = await engine.open({ pool: { maxConnections: 1 } });

    for (const outcome of ["commit", "rollback", "nested"]) {
      await transaction(async (tx) => {
        if (db.backend === "postgres") {
          await tx.execute("select set_config('app.tenant', 'leak', true)");
          await tx.execute("set local statement_timeout = 4321");
        }
        if (outcome === "nested") {
          await failureOf(tx.savepoint(async () => Promise.reject(new Error("inner"))));
        }
        if (outcome === "rollback") throw new Error("out");
      }).catch(() => {});

      expect(connection.stats()).toMatchObject({ inUse: 0 });
      if (db.backend === "postgres") {
        expect(
          await fetchOne(
            "select coalesce(current_setting('app.tenant', true), '') as tenant, current_setting('statement_timeout') as t, pg_current_xact_id_if_assigned() is null as idle",
          ),
        ).toEqual({ tenant: "", t: "0", idle: true });
      }
      await Item.create({ name: outcome });
    }
    expect(await Item.count()).toBe(3);
  });

  test("B143 TX-19 an error caught inside the block: what survives is committed", async () => {
    await engine.open();

    await transaction(async () => {
      await Item.create({ name: "1" });
      try {
        throw new Error("own");
      } catch {
        await Item.create({ name: "2" });
      }
      await failureOf(Item.create({ name: 3 } as never));
    });

    expect(await names()).toEqual(["1", "2"]);
  });

  test("B144 TX-20 a COMMIT that the database refuses is an error, and nothing is written", async () => {
    await engine.open({ pool: { maxConnections: 1 } });
    await execute("create table parent (id int primary key)");
    await execute(
      "create table child (parent_id int references parent (id) deferrable initially deferred)",
    );
    try {
      const error = await failureOf(
        transaction(async (tx) => {
          await Item.create({ name: "undone" });
          await tx.execute("insert into child values (404)");
        }),
      );

      expect(error).toBeInstanceOf(ForeignKeyViolationError);
      expect(await names()).toEqual([]);
      await transaction(() => Item.create({ name: "next" }));
      expect(await names()).toEqual(["next"]);
      expect(await fetchAll("select * from child")).toEqual([]);
    } finally {
      await execute("drop table child");
      await execute("drop table parent");
    }
  });

  test("B144 TX-20 a scope whose savepoint is gone fails", async () => {
    await engine.open();

    const error = await failureOf(
      transaction(async (tx) => {
        await Item.create({ name: "1" });
        await tx.savepoint(async (inner) => {
          await inner.execute("release savepoint ferro_1");
        });
      }),
    );

    expect(error).toBeInstanceOf(Error);
    expect(await names()).toEqual([]);
  });

  test("B145 TX-21 nothing is atomic across connections", async () => {
    await engine.open({ name: "a", at: "a" });
    await engine.open({ name: "b", at: "b" });

    await failureOf(
      transaction(
        async () => {
          await Item.create({ name: "undone" });
          await transaction(async () => void (await Item.create({ name: "kept" })), {
            using: "b",
            mode: "separate",
          });
          throw new Error("out");
        },
        { using: "a" },
      ),
    );

    expect(await Item.using("a").count()).toBe(0);
    expect(await Item.using("b").count()).toBe(1);
  });

  test("B146 TX-22 FIX: transaction({ using: B }) inside a session on A runs on B, all of it", async () => {
    await engine.open({ name: "a", at: "a" });
    await engine.open({ name: "b", at: "b" });

    await engines.session("a", async () => {
      await transaction(
        async (tx) => {
          const author = await Author.create({ name: "A", email: "a@example.com" });
          await author.posts.create({ title: "t" });
          expect(await author.profile).toBeNull();
          await execute("insert into item (name, amount) values ('raw', 0)");
          await tx.execute("insert into item (name, amount) values ('handle', 0)");
          await transaction(async () => void (await Item.create({ name: "nested" })));
          expect(await Item.get(1)).toBe(await Item.get(1));
        },
        { using: "b" },
      );
      expect(await Item.count()).toBe(0);
    });

    expect(await Item.using("b").count()).toBe(3);
    expect(await Post.using("b").count()).toBe(1);
    expect(await Author.using("a").count()).toBe(0);
  });

  test("B147 TX-23 what was left un-awaited and runs after the end fails, and runs nowhere", async () => {
    const connection = await engine.open();
    const ended = gate();
    const late: Promise<unknown>[] = [];

    await transaction(async (tx) => {
      const after = async (work: () => Promise<unknown>) => {
        await ended.opened;
        return failureOf(work());
      };
      late.push(
        after(() => Item.create({ name: "late" })),
        after(() => Item.bulkCreate([{ name: "late" }])),
        after(() => execute("insert into item (name, amount) values ('late', 0)")),
        after(() => tx.execute("insert into item (name, amount) values ('late', 0)")),
        after(() => transaction(async () => void (await Item.create({ name: "late" })))),
        after(() => Item.using("default").count()),
      );
      await Item.create({ name: "in time" });
    });
    ended.open();

    for (const error of await Promise.all(late)) {
      expect(error).toBeInstanceOf(TransactionClosedError);
    }
    expect(await names()).toEqual(["in time"]);
    expect(connection.stats().inUse).toBe(0);
  });

  test("B147 TX-23 a statement that was issued in time, but not awaited, is part of the transaction", async () => {
    await engine.open();
    const left: Promise<unknown>[] = [];

    await transaction(async () => {
      left.push(Item.create({ name: "in flight" }));
    });
    await Promise.all(left);
    await failureOf(
      transaction(async () => {
        left.push(Item.create({ name: "undone" }).catch(() => {}));
        throw new Error("out");
      }),
    );
    await Promise.all(left);

    expect(await names()).toEqual(["in flight"]);
  });

  test("R36, kysely#1604 one branch of Promise.all fails: the table stays empty, the others run nowhere", async () => {
    await engine.open();
    const own = new Error("own");
    const slow = gate();
    const slower: Promise<unknown>[] = [];

    const error = await failureOf(
      transaction(async () => {
        const branch = async (n: number) => {
          await Item.create({ name: `first ${n}` });
          await slow.opened;
          await Item.create({ name: `second ${n}` });
        };
        for (let n = 0; n < 5; n += 1) slower.push(branch(n));
        await Promise.all([...slower, turns(1).then(() => Promise.reject(own))]);
      }),
    );
    slow.open();
    const outcomes = await Promise.allSettled(slower);

    expect(error).toBe(own);
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ reason: expect.any(TransactionClosedError) });
    }
    expect(await names()).toEqual([]);
  });

  test("P11 parallel nested transactions run one after the other, whole", async () => {
    await engine.open();
    const log: string[] = [];

    await transaction(async () => {
      await Promise.allSettled(
        Array.from({ length: 10 }, (_, n) =>
          transaction(async () => {
            log.push(`begin ${n}`);
            await Item.create({ name: `${n} one` });
            await turns(1);
            await Item.create({ name: `${n} two` });
            log.push(`end ${n}`);
            if (n % 3 === 0) throw new Error("third");
          }),
        ),
      );
    });

    expect(log).toEqual(Array.from({ length: 10 }, (_, n) => [`begin ${n}`, `end ${n}`]).flat());
    expect(await names()).toEqual([1, 2, 4, 5, 7, 8].flatMap((n) => [`${n} one`, `${n} two`]));
  });

  test("P11 the parent's own statements wait while a nested scope is open, and are not undone with it", async () => {
    await engine.open();

    await transaction(async () => {
      const begun = gate();
      const nested = transaction(async () => {
        await Item.create({ name: "inner" });
        begun.open();
        await turns();
        throw new Error("inner");
      });
      await begun.opened;
      const own = Item.create({ name: "outer" });
      await failureOf(nested);
      await own;
    });

    expect(await names()).toEqual(["outer"]);
  });

  test("R38 sibling savepoints of the handle run one after the other too", async () => {
    await engine.open();

    await transaction(async (tx) => {
      await Promise.allSettled([
        tx.savepoint(async (inner) => {
          await inner.execute("insert into item (name, amount) values ('1', 0)");
          await turns();
          throw new Error("first");
        }),
        tx.savepoint(async (inner) => {
          await inner.execute("insert into item (name, amount) values ('2', 0)");
        }),
      ]);
    });

    expect(await names()).toEqual(["2"]);
  });

  test("the outer handle used inside a nested scope belongs to that scope", async () => {
    await engine.open();

    await transaction(async (tx) => {
      await failureOf(
        transaction(async () => {
          await tx.execute("insert into item (name, amount) values ('1', 0)");
          await tx.savepoint(async () => void (await Item.create({ name: "2" })));
          throw new Error("inner");
        }),
      );
    });

    expect(await names()).toEqual([]);
  });

  test.each([["a string"], [undefined], [null], [42]])(
    "B148 TX-24 BEYOND: throwing %j rolls back too, and comes out as it is",
    async (thrown) => {
      await engine.open();

      const outcome = await transaction(async () => {
        await Item.create({ name: "undone" });
        throw thrown;
      }).then(
        () => "resolved",
        (reason: unknown) => ({ reason }),
      );

      expect(outcome).toEqual({ reason: thrown });
      expect(await names()).toEqual([]);
    },
  );

  test("P5, R44 the program's own error comes out even when the rollback fails", async () => {
    const connection = await engine.open();
    const own = new Error("own");

    const error = await failureOf(
      transaction(async (tx) => {
        await Item.create({ name: "1" });
        await tx.execute("rollback");
        throw own;
      }),
    );

    expect(error).toBe(own);
    expect(await names()).toEqual([]);
    expect(connection.stats().inUse).toBe(0);
  });
});

describeEachDatabase("instances and rollback", (db) => {
  const engine = useEngine(db);

  test("an instance made inside is as it was before, and can be saved again", async () => {
    await engine.open();
    const item = new Item({ name: "x", amount: 3 });
    const before = { ...item };

    await failureOf(
      transaction(async () => {
        await item.save();
        expect(item.id).toBeTypeOf("number");
        throw new Error("out");
      }),
    );

    expect({ ...item }).toEqual(before);
    await item.save();
    expect(await Item.count()).toBe(1);
    expect(await Item.get(item.id)).toEqual(item);
  });

  test("an instance changed inside holds its old values, and saves from there", async () => {
    await engine.open();
    const item = await Item.create({ name: "x" });
    const before = { ...item };

    await failureOf(
      transaction(async () => {
        item.name = "changed";
        item.amount = 5;
        await item.save();
        item.note = "again";
        await item.save();
        throw new Error("out");
      }),
    );

    expect({ ...item }).toEqual(before);
    item.amount = 6;
    await item.save();
    expect(await fetchAll("select name, amount, note from item")).toEqual([
      { name: "x", amount: 6, note: null },
    ]);
  });

  test("an instance deleted inside is there again", async () => {
    await engine.open();
    const item = await Item.create({ name: "x" });

    await failureOf(
      transaction(async () => {
        await item.delete();
        throw new Error("out");
      }),
    );

    item.amount = 2;
    await item.save();
    expect(await fetchAll("select id, amount from item")).toEqual([{ id: item.id, amount: 2 }]);
  });

  test("the same holds for a savepoint: what the outer scope did stays", async () => {
    await engine.open();
    const fresh = new Item({ name: "fresh" });
    const kept = new Item({ name: "kept" });

    await transaction(async () => {
      const item = await Item.create({ name: "x" });
      item.amount = 1;
      await item.save();
      await kept.save();
      await failureOf(
        transaction(async () => {
          item.amount = 2;
          await item.save();
          await fresh.save();
          await kept.delete();
          throw new Error("inner");
        }),
      );
      expect(item).toMatchObject({ name: "x", amount: 1 });
      expect(fresh.id).toBeUndefined();
      item.amount = 3;
      await item.save();
      kept.amount = 4;
      await kept.save();
    });

    expect(await fetchAll("select name, amount from item order by id")).toEqual([
      { name: "x", amount: 3 },
      { name: "kept", amount: 4 },
    ]);
    await fresh.save();
    expect(await Item.count()).toBe(3);
  });

  test("an outer rollback takes an instance back to before its inner changes", async () => {
    await engine.open();
    const item = await Item.create({ name: "x" });

    await failureOf(
      transaction(async () => {
        await transaction(async () => {
          item.name = "inner";
          await item.save();
        });
        expect(item.name).toBe("inner");
        throw new Error("out");
      }),
    );

    expect(item.name).toBe("x");
  });

  test("in a session, an edit made before the block survives its rollback, and is saved by the next attempt", async () => {
    await engine.open();

    await engines.session(async () => {
      const item = await Item.create({ name: "x" });
      item.name = "edited";
      await failureOf(
        transaction(async () => {
          item.amount += 1;
          await item.save();
          throw new Error("out");
        }),
      );
      expect(item).toMatchObject({ name: "edited", amount: 0 });
    });
    await Item.allRows().delete();
    await engines.session(async () => {
      const item = await Item.create({ name: "x" });
      item.name = "edited";
      let attempts = 0;
      await transaction(
        async () => {
          attempts += 1;
          await item.save();
          if (attempts < 3) throw new SerializationError("met another", {});
        },
        { retries: 5 },
      );
    });

    expect(await fetchOne("select name, amount from item")).toEqual({ name: "edited", amount: 0 });
  });

  test("in a session, an edit of the outer scope survives the rollback of an inner one", async () => {
    await engine.open();

    await engines.session(async () => {
      const item = await Item.create({ name: "x" });
      await transaction(async () => {
        item.name = "of the outer scope";
        await failureOf(
          transaction(async () => {
            item.amount = 5;
            await item.save();
            throw new Error("inner");
          }),
        );
        expect(item.amount).toBe(0);
        await item.save();
      });
    });

    expect(await fetchOne("select name, amount from item")).toEqual({
      name: "of the outer scope",
      amount: 0,
    });
  });

  test("a related instance made inside can be made again", async () => {
    await engine.open();
    const author = new Author({ name: "A", email: "a@example.com" });

    for (const outcome of ["rollback", "commit"]) {
      await transaction(async () => {
        await author.save();
        await Profile.create({ user: author });
        if (outcome === "rollback") throw new Error("out");
      }).catch(() => {});
    }

    expect(await Author.count()).toBe(1);
    expect(await Profile.count()).toBe(1);
    expect((await author.profile)?.userId).toBe(author.id);
  });
});

describeEachDatabase(
  "transactions of a server",
  (db) => {
    const engine = useEngine(db);
    const pid = async () => (await fetchOne("select pg_backend_pid() as pid"))!["pid"];

    test("B128 TX-04 everything runs on one physical connection", async () => {
      await engine.open();

      await transaction(async (tx) => {
        const pids = new Set(await Promise.all(Array.from({ length: 10 }, pid)));
        pids.add((await tx.fetchOne("select pg_backend_pid() as pid"))!["pid"]);
        await transaction(async () => pids.add(await pid()));
        await tx.savepoint(async () => pids.add(await pid()));
        expect(pids.size).toBe(1);
      });
    });

    test("B137 TX-13 settings and locks of the block hold for all of it, and end with it", async () => {
      await engine.open({ pool: { maxConnections: 2 } });
      const setting = "select current_setting('app.user', true) as v";

      await transaction(async (tx) => {
        await tx.execute("select set_config($1, $2, true)", ["app.user", "7"]);
        await tx.execute("select pg_advisory_xact_lock(4711)");
        expect(await fetchOne(setting)).toEqual({ v: "7" });
        await transaction(async () => expect(await fetchOne(setting)).toEqual({ v: "7" }));
        expect(await engine.admin("select pg_try_advisory_lock(4711) as got")).toEqual([
          { got: false },
        ]);
      });

      expect(["", null]).toContain((await fetchOne(setting))!["v"]);
      expect(
        await engine.admin("select pg_try_advisory_lock(4711) as got, pg_advisory_unlock(4711)"),
      ).toMatchObject([{ got: true }]);
    });

    test("B142 TX-18 parallel transactions have connections of their own and do not see each other", async () => {
      await engine.open();
      const [begun, looked] = [meeting(3), meeting(3)];

      const seen = await Promise.all(
        Array.from({ length: 3 }, (_, n) =>
          transaction(async () => {
            const mine = await pid();
            await Item.create({ name: `${n}` });
            await begun();
            const visible = await names();
            await looked();
            return { mine, visible };
          }),
        ),
      );

      expect(new Set(seen.map(({ mine }) => mine)).size).toBe(3);
      expect(seen.map(({ visible }) => visible)).toEqual([["0"], ["1"], ["2"]]);
    });

    test("B144 TX-20 a BEGIN on a connection that was lost is an error, and the pool recovers", async () => {
      const connection = await engine.open({
        url: { application_name: "ferro_b144" },
        pool: { maxConnections: 1 },
      });
      let caught: unknown;

      await transaction(async (tx) => {
        await engine.admin(
          "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'ferro_b144'",
        );
        await tx.fetchOne("select 1");
      }).catch((error: unknown) => {
        caught = error;
      });

      expect(caught).toBeInstanceOf(FerroError);
      expect(caught).toMatchObject({ code: "CONNECTION_LOST" });
      expect(await Item.count()).toBe(0);
      expect(connection.stats()).toMatchObject({ size: 1, inUse: 0 });
    });

    test("R43 two tenants over a pool of one, one of them failing: never a foreign setting", async () => {
      await engine.open({ pool: { maxConnections: 1 } });
      const seen: unknown[] = [];

      await Promise.allSettled(
        Array.from({ length: 40 }, (_, n) =>
          transaction(async (tx) => {
            const before = await tx.fetchOne("select current_setting('app.tenant', true) as v");
            await tx.execute("select set_config('app.tenant', $1, true)", [`t${n % 2}`]);
            await turns(1);
            const mine = await tx.fetchOne("select current_setting('app.tenant', true) as v");
            seen.push([before!["v"] || null, mine!["v"] === `t${n % 2}`]);
            if (n % 2 === 0) throw new Error("out");
          }),
        ),
      );

      expect(seen).toEqual(Array.from({ length: 40 }, () => [null, true]));
    });
  },
  { only: ["postgres"], because: "it is about the connections of a server" },
);
