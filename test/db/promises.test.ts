/** A database that answers at once: calls make no promises but their own, since each costs as much as many a step. */
import { createHook } from "node:async_hooks";
import { expect, test } from "vitest";
import { engines, transaction } from "../../src/index.ts";
import { describeEachDatabase } from "../support/databases.ts";
import { Item, turns, useEngine } from "./behaviour/support.ts";

/** How many promises a call makes, that of the call and that of its `await` among them. */
async function promisesOf(call: () => Promise<unknown>): Promise<number> {
  await call(); // plans are made
  await turns(1); // or a statement may have to wait for its turn
  let count = 0;
  const hook = createHook({
    init(_, type) {
      if (type === "PROMISE") count += 1;
    },
  });
  hook.enable();
  try {
    await call();
  } finally {
    hook.disable();
  }
  return count;
}

describeEachDatabase(
  "promises of a call",
  (db) => {
    const engine = useEngine(db);

    test("reads and writes make their own and no other", async () => {
      await engine.open();
      const { id } = await Item.create({ name: "x" });

      await engines.session(async () => {
        const item = await Item.get(id);
        const calls = {
          get: () => Item.get(id),
          first: () => Item.where((t) => t.name.eq("x")).first(),
          all: () => Item.all(),
          count: () => Item.where((t) => t.name.eq("y")).count(),
          select: () => Item.select("name").all(),
          update: () => Item.where((t) => t.name.eq("y")).update({ amount: 1 }),
          create: () => Item.create({ name: "y" }),
          save: () => {
            item.amount += 1;
            return item.save();
          },
        };
        for (const [name, call] of Object.entries(calls)) {
          expect([name, await promisesOf(call)]).toEqual([name, 2]);
        }
      });
    });

    test("a transaction makes few", async () => {
      await engine.open();
      const { id } = await Item.create({ name: "x" });

      await engines.session(async () => {
        const empty = await promisesOf(() => transaction(async () => {}));
        const reading = await promisesOf(() => transaction(async () => void (await Item.get(id))));

        expect(empty).toBeLessThanOrEqual(14);
        expect(reading - empty).toBe(2);
      });
    });
  },
  {
    only: ["node:sqlite memory", "node:sqlite file"],
    because: "other databases don't answer at once",
  },
);
