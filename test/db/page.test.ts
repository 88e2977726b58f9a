import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  type Connection,
  connect,
  Decimal,
  execute,
  InvalidCursorError,
  type Query,
  sql,
  UsageError,
} from "../../src/index.ts";
import { describeEachDatabase } from "../support/databases.ts";
import {
  backward,
  forward,
  Group,
  Item,
  ids,
  Keyless,
  Moment,
  Named,
  Pair,
  Wide,
} from "./page-models.ts";

describeEachDatabase("page", (db) => {
  let connection: Connection;
  const models = [Item, Group, Pair, Wide, Named, Moment, Keyless];

  beforeAll(async () => {
    connection = await connect(db.url, { autoMigrate: true, implicitRouting: "allow" });
  });
  afterAll(() => connection.close());
  beforeEach(async () => {
    for (const model of models) await model.allRows().delete();
  });

  test("gives items and cursors, and none past the ends", async () => {
    await Item.bulkCreate(Array.from({ length: 5 }, (_, place) => ({ text: `t${place}` })));
    const query = Item.orderBy("text");

    const first = await query.page({ size: 2 });
    expect(first.items.map(({ text }) => text)).toEqual(["t0", "t1"]);
    expect(first).toMatchObject({ hasNext: true, hasPrevious: false, previous: null });
    expect(first.next).toBe(first.end);
    const second = await query.page({ size: 2, after: first.next, total: true });
    expect(second.items.map(({ text }) => text)).toEqual(["t2", "t3"]);
    expect(second).toMatchObject({ hasNext: true, hasPrevious: true, total: 5 });
    const third = await query.page({ size: 2, after: second.next });
    expect(third.items.map(({ text }) => text)).toEqual(["t4"]);
    expect(third).toMatchObject({ hasNext: false, hasPrevious: true, next: null });
    expect((await query.page({ size: 2, before: third.previous })).items).toEqual(second.items);
    const back = await query.page({ size: 9, before: third.previous });
    expect(back.items.map(({ text }) => text)).toEqual(["t0", "t1", "t2", "t3"]);
    expect(back).toMatchObject({ hasNext: true, hasPrevious: false, previous: null });
  });

  test("an empty table has one empty page", async () => {
    expect(await Item.page({ size: 3, total: true })).toEqual({
      items: [],
      hasNext: false,
      hasPrevious: false,
      next: null,
      previous: null,
      start: null,
      end: null,
      total: 0,
    });
  });

  test("a page whose rows are gone leads back to the row it came from", async () => {
    await Item.bulkCreate([{ text: "a" }, { text: "b" }, { text: "c" }]);
    const query = Item.orderBy("text");
    const first = await query.page({ size: 2 });
    await Item.where({ text: "c" }).delete();

    const empty = await query.page({ size: 2, after: first.next });
    expect(empty).toMatchObject({ items: [], hasNext: false, hasPrevious: true });
    const back = await query.page({ size: 2, before: empty.previous });
    expect(back.items.map(({ text }) => text)).toEqual(["a", "b"]);
  });

  test("rows that come or go on other pages shift nothing", async () => {
    await Item.bulkCreate(["b", "d", "f", "h"].map((text) => ({ text })));
    const query = Item.orderBy("text");
    const first = await query.page({ size: 2 });
    await Item.where({ text: "b" }).delete();
    await Item.bulkCreate([{ text: "a" }, { text: "e" }]);

    const second = await query.page({ size: 2, after: first.next });
    expect(second.items.map(({ text }) => text)).toEqual(["e", "f"]);
    // The row of the cursor itself may go, too.
    await Item.where({ text: "d" }).delete();
    expect((await query.page({ size: 1, after: first.next })).items[0]?.text).toBe("e");
  });

  const number = fc.option(fc.integer({ min: -2, max: 2 }), { nil: null });
  const at = (place: number | null) =>
    place === null ? null : new Date(Date.UTC(2026, 0, 1, 0, 0, 0, 500 + place));
  const row = fc.record({
    whole: number,
    big: number.map((value) => (value === null ? null : 2n ** 60n + BigInt(value))),
    price: number.map((value) => (value === null ? null : new Decimal(value).div(8).plus(10))),
    float: fc.option(fc.constantFrom(0.1, 0.2, 0.1 + 0.2, -1e300, 1e-300, 5), { nil: null }),
    text: fc.constantFrom("a", "b", "B", "ä", "", "zz", "%", "🚀"),
    flag: fc.boolean(),
    at: number.map(at),
    exact: number.map((value) =>
      value === null ? null : `2026-01-01T00:00:00.00000${value + 2}Z`,
    ),
    day: number.map((value) => (value === null ? null : `2026-01-0${value + 3}`)),
    blob: number.map((value) => (value === null ? null : new Uint8Array([200, value + 2]))),
    groupId: fc.constantFrom(null, 1, 2, 3),
  });
  const keys = [
    ...["whole", "big", "price", "float", "text", "flag", "at", "exact", "day", "blob", "id"],
    ...["groupId", "group.label", "whole+1"],
  ] as const;
  const term = fc.record({
    key: fc.constantFrom(...keys),
    direction: fc.constantFrom("asc" as const, "desc" as const),
    nulls: fc.constantFrom("first" as const, "last" as const, undefined),
  });

  test("walking forward and back is the full list, in any order", {
    timeout: 300_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { maxLength: 25 }),
        fc.uniqueArray(term, { maxLength: 4, selector: ({ key }) => key }),
        fc.integer({ min: 1, max: 6 }),
        async (rows, terms, size) => {
          await Item.allRows().delete();
          await Group.allRows().delete();
          await execute(
            sql`insert into pagegroup (id, label) values (1, null), (2, 'x'), (3, 'x')`,
          );
          await Item.bulkCreate(rows);
          let query: Query<typeof Item> = Item.where((t) => t.id.gt(0));
          for (const { key, direction, nulls } of terms) {
            const options = nulls === undefined ? {} : { nulls };
            query = query.orderBy(
              (t) => {
                if (key === "group.label") return t.group.label as never;
                if (key === "whole+1") return t.whole.plus(1) as never;
                return t[key as "id"] as never;
              },
              direction,
              options,
            );
          }
          // The last key of the pages, so that the whole list has one order.
          const whole = terms.some(({ key }) => key === "id")
            ? query
            : query.orderBy("id", terms.at(-1)?.direction ?? "asc");
          const expected = (await whole.all()).map(({ id }) => id);

          const pages = await forward(query, size);
          expect(ids(pages)).toEqual(expected);
          const last = pages.at(-1);
          const back = await backward(query, size, last?.previous ?? null);
          expect([...ids(back), ...(last?.items.map(({ id }) => id) ?? [])]).toEqual(expected);
          // From the very end, and from any row.
          for (const { end, items } of pages) {
            if (end === null) continue;
            const behind = expected.indexOf(items.at(-1)?.id ?? 0) + 1;
            const rest = await query.after(end).all();
            expect(rest.map(({ id }) => id)).toEqual(expected.slice(behind));
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  describe("keys", () => {
    test("a composite key breaks ties", async () => {
      const rows = Array.from({ length: 12 }, (_, place) => ({
        left: place % 3,
        right: `r${place}`,
        rank: place % 2,
      }));
      await Pair.bulkCreate(rows);
      const query = Pair.orderBy("rank", "desc");

      const seen = (await forward(query, 5)).flatMap(({ items }) =>
        items.map(({ left, right }) => `${left}${right}`),
      );
      expect(new Set(seen).size).toBe(12);
      const back = await backward(query, 5, (await forward(query, 5)).at(-1)?.previous ?? null);
      expect(back.flatMap(({ items }) => items)).toHaveLength(10);
    });

    test("a bigint beyond the safe range, and a uuid", async () => {
      const base = 2n ** 60n;
      await Wide.bulkCreate([1n, 2n, 3n].map((place) => ({ id: base + place, rank: 1 })));
      await Named.bulkCreate(Array.from({ length: 7 }, () => ({ rank: 1 })));

      expect(ids(await forward(Wide.orderBy("rank"), 1))).toEqual([
        base + 1n,
        base + 2n,
        base + 3n,
      ]);
      expect(new Set(ids(await forward(Named.orderBy("rank"), 2))).size).toBe(7);
    });

    test("microseconds that a Date can't hold lose no row", async () => {
      const stored = (micros: number) => `2026-01-01T00:00:00.123${micros}Z`;
      if (db.backend === "postgres")
        await execute("alter table pagemoment alter at type timestamptz");
      for (const micros of [900, 100, 500, 300]) {
        const value =
          db.backend === "postgres" ? sql`${stored(micros)}::timestamptz` : stored(micros);
        await execute(sql`insert into pagemoment (at) values (${value})`);
      }

      const all = (await Moment.orderBy("at").all()).map(({ id }) => id);
      expect(ids(await forward(Moment.orderBy("at"), 1))).toEqual(all);
      expect(all).toHaveLength(4);
    });

    test("a model without a primary key is refused", async () => {
      await expect(Keyless.page({ size: 2 })).rejects.toThrow(/no primary key/u);
    });
  });

  describe("cursors", () => {
    let cursor = "";
    beforeEach(async () => {
      await Item.bulkCreate([{ text: "a" }, { text: "b" }, { text: "c" }]);
      cursor = (await Item.orderBy("text").page({ size: 1 })).next ?? "";
    });

    test("are safe in a URL", () => {
      expect(cursor).toMatch(/^[\w-]+$/u);
    });

    test("hold under other conditions", async () => {
      const query = Item.where((t) => t.text.ne("b")).orderBy((t) => t.text.asc());
      expect((await query.page({ size: 2, after: cursor })).items.map(({ text }) => text)).toEqual([
        "c",
      ]);
    });

    test.for<[string, (query: typeof Item) => Query<typeof Item>]>([
      ["another column", (item) => item.orderBy("whole")],
      ["another direction", (item) => item.orderBy("text", "desc")],
      ["another place of NULL", (item) => item.orderBy("text", "asc", { nulls: "first" })],
      ["one more column", (item) => item.orderBy("text").orderBy("whole")],
      ["no order", (item) => item.where((t) => t.id.gt(0))],
      ["another expression", (item) => item.orderBy((t) => t.whole.plus(1))],
    ])("of %s are refused before any SQL", async ([, build]) => {
      const query = build(Item);
      await expect(query.page({ size: 1, after: cursor })).rejects.toThrow(InvalidCursorError);
      await expect(query.after(cursor).all()).rejects.toThrow("belongs to another ordering");
    });

    test("of the same order by another value are refused", async () => {
      const first = await Item.orderBy((t) => t.whole.plus(1)).page({ size: 1 });
      const other = Item.orderBy((t) => t.whole.plus(2));
      await expect(other.page({ size: 1, after: first.next })).rejects.toThrow(InvalidCursorError);
    });

    test("of another model are refused", async () => {
      const query = Group.orderBy("label");
      await expect(query.page({ size: 1, after: cursor })).rejects.toThrow(InvalidCursorError);
    });

    test("that were tampered with are refused", async () => {
      const query = Item.orderBy("text");
      for (let place = 0; place < cursor.length; place += 1) {
        const letter = cursor[place] === "A" ? "B" : "A";
        const changed = cursor.slice(0, place) + letter + cursor.slice(place + 1);
        if (Buffer.from(changed, "base64url").equals(Buffer.from(cursor, "base64url"))) continue;
        await expect(query.page({ size: 1, after: changed })).rejects.toThrow(InvalidCursorError);
      }
      for (const junk of ["", " ", "a", "null", cursor.slice(1), `${cursor}AAAA`, "' or 1=1 --"]) {
        await expect(query.page({ size: 1, after: junk })).rejects.toThrow(InvalidCursorError);
      }
    });
  });

  describe("after() on the chain", () => {
    beforeEach(() => Item.bulkCreate(["a", "b", "c", "d"].map((text) => ({ text }))));

    test("is a condition, and counts as one", async () => {
      const query = Item.orderBy("text");
      const { end } = await query.page({ size: 2 });
      const rest = query.after(end ?? "");

      expect((await rest.limit(1).all()).map(({ text }) => text)).toEqual(["c"]);
      expect((await rest.first())?.text).toBe("c");
      expect(await rest.count()).toBe(2);
      expect(await rest.exists()).toBe(true);
      const streamed: string[] = [];
      for await (const { text } of rest) streamed.push(text);
      expect(streamed).toEqual(["c", "d"]);
    });

    test("does not go with a change", async () => {
      const { end } = await Item.page({ size: 2 });
      const rest = Item.where((t) => t.id.gt(0)).after(end ?? "");
      await expect(rest.delete()).rejects.toThrow(UsageError);
    });
  });

  test("plain rows have pages and streams, whatever they are ordered by", async () => {
    await Item.bulkCreate([3, 1, null, 2, 1].map((whole, place) => ({ whole, text: `t${place}` })));
    const query = Item.orderBy("whole").select("text");

    const texts = (await forward(query, 2)).flatMap(({ items }) => items);
    expect(texts).toEqual([
      { text: "t1" },
      { text: "t4" },
      { text: "t3" },
      { text: "t0" },
      { text: "t2" },
    ]);
    const streamed: unknown[] = [];
    for await (const row of query) streamed.push(row);
    expect(streamed).toEqual(await query.all());
    const { end } = await query.page({ size: 3 });
    expect(await query.after(end ?? "").all()).toEqual([{ text: "t0" }, { text: "t2" }]);
    await expect(query.distinct().page({ size: 2 })).rejects.toThrow(
      "distinct rows have no primary key",
    );
  });

  test.for([
    [{ size: 0 }, "size of a page must be a whole number"],
    [{ size: 2.5 }, "size of a page must be a whole number"],
    [{}, "size of a page must be a whole number"],
    [{ size: "20" }, "size of a page must be a whole number"],
    [{ size: 2, first: 3 }, 'no option "first"'],
    [{ size: 2, after: "a", before: "b" }, "both after and before"],
    [{ size: 2, after: { $gt: 1 } }, "after must be a cursor"],
    [{ size: 2, total: "yes" }, "total must be true or false"],
    [null, "takes its options in an object"],
  ] as const)("refuses %j", async ([options, message]) => {
    await expect(Item.page(options as never)).rejects.toThrow(UsageError);
    await expect(Item.page(options as never)).rejects.toThrow(message);
  });

  test("does not follow limit() or offset()", async () => {
    await expect(Item.limit(3).page({ size: 2 })).rejects.toThrow("can't follow limit()");
    await expect(Item.offset(3).page({ size: 2 })).rejects.toThrow("can't follow limit()");
  });
});
