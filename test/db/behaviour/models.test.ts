/** B023, B051, B053, B054: what models and connections know of each other. In a file of its own: it registers wrong models. */
import { afterEach, expect, test } from "vitest";
import { z } from "zod";
import {
  backRef,
  clearRegistry,
  connect,
  createTables,
  DatabaseError,
  field,
  foreignKey,
  id,
  Model,
  SchemaError,
  UniqueViolationError,
} from "../../../src/index.ts";
import { describeEachDatabase } from "../../support/databases.ts";
import { failureOf, type Listener, listen, useEngine } from "./support.ts";

let listener: Listener | undefined;

afterEach(async () => {
  await listener?.close();
  listener = undefined;
});

describeEachDatabase("models and connections", (db) => {
  const engine = useEngine(db);

  test("B023 URL-23 a wrong model fails connect before any socket is opened", async () => {
    listener = await listen();
    clearRegistry();
    class Team extends Model("Team", {
      id: id(),
      get players(): never {
        return backRef(Player) as never;
      },
    }) {}
    class Player extends Model("Player", { id: id(), name: z.string() }) {}
    void Team;

    const url = `postgres://u:p@127.0.0.1:${listener.port}/d?connect_timeout=5`;
    const error = await failureOf(connect(url));

    expect(error).toBeInstanceOf(SchemaError);
    expect(String(error)).toMatch(/Team/);
    expect(String(error)).toMatch(/Player/);
    expect(listener.accepted()).toBe(0);
    clearRegistry();
  });

  test("B051 REG-16 clearRegistry() forgets the models, which can be defined anew", async () => {
    clearRegistry();
    class Gone extends Model("Gone", { id: id(), name: z.string() }) {}
    clearRegistry();
    await engine.open({ autoMigrate: true });
    await expect(Gone.count()).rejects.toThrow(DatabaseError);

    class Again extends Model("Gone", { id: id(), title: z.string() }) {}
    await createTables();

    await Again.create({ title: "x" });
    expect(await Again.count()).toBe(1);
    if (db.driver === "pg") await engine.admin("drop table place_a.gone");
  });

  test("B053 REG-18 models register when they are defined; later ones are found by createTables()", async () => {
    clearRegistry();
    class Early extends Model("Early", { id: id(), name: z.string() }) {}
    await engine.open({ autoMigrate: true });
    class Late extends Model("Late", {
      id: id(),
      get early() {
        return foreignKey(Early, { relatedName: "lates" });
      },
    }) {}
    const early = await Early.create({ name: "x" });
    await expect(Late.count()).rejects.toThrow(DatabaseError);

    clearRegistry();
    class Owner extends Model("Early", {
      id: id(),
      name: z.string(),
      get lates() {
        return backRef(Later);
      },
    }) {}
    class Later extends Model("Late", {
      id: id(),
      get early() {
        return foreignKey(Owner, { relatedName: "lates" });
      },
    }) {}
    await createTables();

    await Later.create({ earlyId: early.id });
    expect(await Later.count()).toBe(1);
    if (db.driver === "pg") await engine.admin("drop table place_a.late, place_a.early");
  });

  test("B054 REG-19 a name may be defined twice, and the last definition wins", async () => {
    clearRegistry();
    class First extends Model("Twice", { id: id(), name: z.string() }) {}
    class Second extends Model("Twice", { id: id(), name: field(z.string(), { unique: true }) }) {}
    void First;

    await engine.open({ autoMigrate: true });

    await Second.create({ name: "x" });
    await expect(Second.create({ name: "x" })).rejects.toThrow(UniqueViolationError);
    if (db.driver === "pg") await engine.admin("drop table place_a.twice");
  });
});
