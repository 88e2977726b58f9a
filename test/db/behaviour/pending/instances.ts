/** Instances that a rollback does not take back yet; not picked up by vitest. */
import { expect, test } from "vitest";
import { engines, fetchOne, SerializationError, transaction } from "../../../../src/index.ts";
import { describeEachDatabase } from "../../../support/databases.ts";
import { failureOf, Item, useEngine } from "../support.ts";

describeEachDatabase("instances and rollback, not met yet", (db) => {
  const engine = useEngine(db);

  /** Fails twice, as a serialization failure would. */
  async function thirdTime(work: () => Promise<void>): Promise<void> {
    let attempts = 0;
    await transaction(
      async () => {
        attempts += 1;
        await work();
        if (attempts < 3) throw new SerializationError("met another", {});
      },
      { retries: 5 },
    );
  }

  test("S4 outside any session: an edit made before the block is lost by a retry, which reports success", async () => {
    await engine.open();
    const item = await Item.create({ name: "x" });
    item.name = "edited";

    await thirdTime(async () => void (await item.save()));

    expect(await fetchOne("select name from item")).toEqual({ name: "edited" });
  });

  test("S4b in a session: an object that a rollback took out of the map loses its edit at the next rollback", async () => {
    await engine.open();

    await engines.session(async () => {
      const item = await Item.create({ name: "x" });
      item.name = "edited";
      await failureOf(
        transaction(async () => {
          await item.save();
          throw new Error("out");
        }),
      );
      expect(item.name).toBe("edited");
      await thirdTime(async () => void (await item.save()));
    });

    expect(await fetchOne("select name from item")).toEqual({ name: "edited" });
  });

  test("S22 a fresh instance changed inside after its insert keeps the change", async () => {
    await engine.open();
    const item = new Item({ name: "x" });
    const before = { ...item };

    await failureOf(
      transaction(async () => {
        await item.save();
        item.note = "changed inside";
        await item.save();
        throw new Error("out");
      }),
    );

    expect({ ...item }).toEqual(before);
  });

  test("E2 a fresh instance whose insert is retried counts each attempt", async () => {
    await engine.open();
    const item = new Item({ name: "x" });

    await thirdTime(async () => {
      item.amount += 1;
      await item.save();
    });

    expect(await fetchOne("select amount from item")).toEqual({ amount: 1 });
  });

  test("E1 in a session: what an attempt changed and had not saved yet is there in the next one", async () => {
    await engine.open();

    await engines.session(async () => {
      const item = await Item.create({ name: "x" });
      let attempts = 0;
      await transaction(
        async () => {
          attempts += 1;
          item.amount += 1;
          if (attempts < 3) throw new SerializationError("met another", {});
          await item.save();
        },
        { retries: 5 },
      );
    });

    expect(await fetchOne("select amount from item")).toEqual({ amount: 1 });
  });
});
