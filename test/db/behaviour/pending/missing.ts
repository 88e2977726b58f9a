/** Items whose API is not there yet; not picked up by vitest. */
import { expect, test } from "vitest";
import * as ferro from "../../../../src/index.ts";
import { describeEachDatabase } from "../../../support/databases.ts";
import { Item, useEngine } from "../support.ts";

describeEachDatabase("not there yet", (db) => {
  const engine = useEngine(db);

  test("B026 URL-26 migrateDestructive implies migrateUpdates implies autoMigrate", async () => {
    for (const flag of ["migrateUpdates", "migrateDestructive"]) {
      await engine.open({ name: flag, at: "c", autoMigrate: false, [flag]: true } as object);
      expect(await Item.using(flag).count()).toBe(0);
      await ferro.disconnect(flag);
    }
  });

  test("B103 RTE-06 migrate({ using }) acts on that connection alone", async () => {
    await engine.open({ name: "a", at: "c", autoMigrate: false });
    await engine.open({ name: "b", at: "d", autoMigrate: false });
    const { migrate } = ferro as unknown as { migrate(options: { using: string }): Promise<void> };
    await migrate({ using: "b" });
    expect(await Item.using("b").count()).toBe(0);
    await expect(Item.using("a").count()).rejects.toThrow(/item/);
  });

  test("B099 RTE-02 using() also offers select, getOrCreate and updateOrCreate", async () => {
    await engine.open({ name: "a", at: "a" });
    const items = Item.using("a") as unknown as Record<string, unknown>;
    for (const method of ["select", "getOrCreate", "updateOrCreate"]) {
      expect(items[method]).toBeTypeOf("function");
    }
  });

  test("B034 RED-06 a successful connect is told to listeners, with the redacted URL", async () => {
    const { subscribe, unsubscribe } = await import("node:diagnostics_channel");
    const told: unknown[] = [];
    const listen = (message: unknown) => told.push(message);
    subscribe("ferro:connect", listen);
    await engine.open({ name: "a" });
    unsubscribe("ferro:connect", listen);
    expect(told).toHaveLength(1);
  });
});
