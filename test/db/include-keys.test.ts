import { isDeepStrictEqual } from "node:util";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import {
  backRef,
  bytes,
  type Connection,
  connect,
  Decimal,
  decimal,
  execute,
  field,
  foreignKey,
  Model,
  manyToMany,
} from "../../src/index.ts";
import { describeEachDatabase } from "../support/databases.ts";

/** A parent whose key is called `key`, its children, and rows linked to it, for a kind of key. */
function family(name: string, schema: z.ZodType, keys: readonly [unknown, unknown, unknown]) {
  class Parent extends Model(`${name}Parent`, {
    key: field(schema as z.ZodString, { primaryKey: true, autoincrement: false }),
    get children() {
      return backRef(Child);
    },
    get only() {
      return backRef(Only);
    },
    get friends() {
      return manyToMany(Parent, { relatedName: "friendOf" });
    },
    get friendOf() {
      return backRef(Parent);
    },
  }) {}
  class Child extends Model(`${name}Child`, {
    code: field(z.string(), { primaryKey: true }),
    get parent() {
      return foreignKey(Parent, { relatedName: "children", nullable: true });
    },
  }) {}
  class Only extends Model(`${name}Only`, {
    code: field(z.string(), { primaryKey: true }),
    get parent() {
      return foreignKey(Parent, { relatedName: "only", unique: true });
    },
  }) {}
  return { name, Parent, Child, Only, keys: keys as readonly [string, string, string] };
}

const money = z.codec(z.string(), z.instanceof(Decimal), {
  decode: (text) => new Decimal(text),
  encode: (value) => value.toFixed(2),
});

const families = [
  family("Text", z.string(), ["a", "A", "a "]),
  family("Uuid", z.uuid(), [
    "0e9e4c1a-0000-4000-8000-00000000000a",
    "0e9e4c1a-0000-4000-8000-00000000000b",
    "0e9e4c1a-0000-4000-8000-00000000000c",
  ]),
  family("Big", z.bigint(), [2n ** 53n, 2n ** 53n + 1n, -(2n ** 63n)]),
  family("Exact", decimal(20, 4) as never, [
    new Decimal("1.5"),
    new Decimal("1.5001"),
    new Decimal("-0.0001"),
  ]),
  family("Bytes", bytes() as never, [
    new Uint8Array([1]),
    new Uint8Array([1, 0]),
    new Uint8Array(),
  ]),
  family("Moment", z.date(), [new Date(1), new Date(2), new Date("2026-11-21T12:00:00.001Z")]),
  family("Day", z.iso.date(), ["2026-01-01", "2026-01-02", "0001-01-01"]),
  family("Coded", money, [new Decimal("1.5"), new Decimal("2"), new Decimal("10")]),
  family("Choice", z.enum(["x", "y", "z"]), ["x", "y", "z"]),
  family("Small", z.int(), [1, 2, -3]),
];

describeEachDatabase("relations over keys", (db) => {
  let connection: Connection;

  beforeAll(async () => {
    connection = await connect(db.url, { autoMigrate: true, implicitRouting: "allow" });
  });

  afterAll(() => connection.close());

  describe.for(families)("of the kind $name", ({ name, Parent, Child, Only, keys }) => {
    beforeEach(async () => {
      await execute(`delete from ${name.toLowerCase()}parent_friends`);
      for (const model of [Child, Only, Parent]) await model.allRows().delete();
      for (const [index, key] of keys.entries()) {
        const parent = await Parent.create({ key });
        await Child.create({ code: `c${index}`, parent });
        await Child.create({ code: `d${index}`, parent });
        if (index < 2) await Only.create({ code: `o${index}`, parent });
      }
      await Child.create({ code: "orphan" });
      const [first, second, third] = await Promise.all(keys.map((key) => Parent.get(key)));
      await first?.friends.add(second as never, third as never);
      await second?.friends.add(first as never);
    });

    test.for([true, false])("with an identity map: %s", async (identityMap) => {
      await using _ = await connect(db.url, { name: `m${identityMap}`, identityMap });
      if (db.ephemeral) return; // a database in memory is another one on each connection
      const parents = await Parent.using(`m${identityMap}`)
        .include({
          children: { parent: true },
          only: { parent: true },
          friends: (q) => q.limit(5).include({ friendOf: true }),
          friendOf: true,
        })
        .all();
      const at = (key: string) => parents.find((parent) => isDeepStrictEqual(parent.key, key));

      for (const [index, key] of keys.entries()) {
        const parent = at(key);
        expect(parent?.key).toEqual(key);
        expect(parent?.children.map(({ code }) => code).sort()).toEqual([`c${index}`, `d${index}`]);
        expect(parent?.children[0]?.parent?.key).toEqual(key);
        expect(parent?.only?.code).toBe(index < 2 ? `o${index}` : undefined);
        if (index < 2) expect(parent?.only?.parent.key).toEqual(key);
        expect(parent?.friends).toHaveLength([2, 1, 0][index] as number);
        expect(parent?.friendOf).toHaveLength([1, 1, 1][index] as number);
      }
      const children = await Child.using(`m${identityMap}`).orderBy("code").all();
      const found = [];
      for (const child of children) found.push((await child.parent)?.key);
      expect(found).toEqual([...keys, ...keys, undefined]);
    });
  });
});
