/**
 * What `enter()` can't keep; not picked up by vitest.
 *
 * An async function runs in its caller's context until its first `await`, so `enterWith` reaches the
 * caller too: what the caller does before the callee ends goes to the callee's session.
 */
import { expect, test } from "vitest";
import { engines } from "../../../../src/index.ts";
import { describeEachDatabase } from "../../../support/databases.ts";
import { apart, gate, Item, useEngine } from "../support.ts";

describeEachDatabase("enter() in a called function", (db) => {
  const engine = useEngine(db);

  test("S15b it does not route its caller's own work while it runs", async () => {
    await engine.open({ name: "a", at: "a", default: true });
    await engine.open({ name: "b", at: "b" });
    const finish = gate();
    const handler = async () => {
      await using session = engines.session("b").enter();
      await finish.opened;
      const count = await session.query(Item).count();
      return count;
    };

    await apart(async () => {
      const handling = handler();
      await Item.create({ name: "of the caller" });
      finish.open();
      await handling;
    });

    expect(await Item.using("a").count()).toBe(1);
  });
});
