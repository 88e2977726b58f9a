import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import {
  array,
  backRef,
  bigintId,
  bytes,
  type Connection,
  connect,
  Decimal,
  decimal,
  fetchAll,
  field,
  foreignKey,
  json,
  Model,
  namedEnum,
  sql,
  transaction,
} from "../../src/index.ts";
import { recordQueries } from "../../src/test-kit/query-counter.ts";
import { describeEachDatabase } from "../support/databases.ts";

const money = z.codec(z.string(), z.instanceof(Decimal), {
  decode: (text) => new Decimal(text),
  encode: (value) => value.toFixed(),
});

/** A column of each kind there is. */
class Sample extends Model("Sample", {
  id: bigintId(),
  int: z.int32(),
  long: field(z.int(), { dbType: "bigint" }),
  big: z
    .bigint()
    .min(-(2n ** 63n))
    .max(2n ** 63n - 1n),
  float: z.number(),
  exact: decimal(),
  price: decimal(12, 4).nullable(),
  flag: z.boolean(),
  text: z.string(),
  short: field(z.string().max(20), { dbType: "varchar(20)" }),
  uuid: z.uuid(),
  blob: bytes(),
  day: z.iso.date(),
  time: z.iso.time(),
  instant: z.date(),
  iso: z.iso.datetime({ offset: true }),
  local: z.iso.datetime({ local: true }),
  color: z.enum(["red", "green", "it's"]),
  level: z.literal([1, 2, 3]),
  state: namedEnum("sample_state", ["on", "off"]),
  meta: z.object({ a: z.number(), b: z.array(z.string()).optional() }),
  anything: json(z.unknown()),
  labels: array(z.string()),
  numbers: array(z.int32().nullable()),
  coded: money,
  optional: z.string().optional(),
  nullish: z.int32().nullish(),
  get parent() {
    return foreignKey(Sample, { relatedName: "children", nullable: true });
  },
  get children() {
    return backRef(Sample);
  },
}) {}

const text = fc
  .oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom("", "'", '"', "\\", "NULL", "{}", "{a,b}", "%_", "a\nb", "é😀", "null", "0"),
  )
  .filter((value) => !value.includes("\0") && value.isWellFormed());
const jsonValue = fc
  .jsonValue({ noUnicodeString: false, maxDepth: 3 })
  .filter((value) => !JSON.stringify(value).includes("\\u0000"))
  .filter(
    (value) => JSON.stringify(value).isWellFormed() && !/\\ud[89a-f]/i.test(JSON.stringify(value)),
  )
  .map((value) => JSON.parse(JSON.stringify(value)) as unknown);
const digits = (whole: number, places: number) =>
  fc
    .tuple(
      fc.boolean(),
      fc.stringMatching(new RegExp(`^[1-9]\\d{0,${whole - 1}}$`)),
      fc.stringMatching(new RegExp(`^\\d{0,${places}}$`)),
    )
    .map(
      ([negative, left, right]) =>
        `${negative ? "-" : ""}${left}${right === "" ? "" : `.${right}`}`,
    );
const day = fc
  .date({ min: new Date("0001-01-01"), max: new Date("9999-12-31"), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));
const clock = fc
  .tuple(
    fc.integer({ min: 0, max: 23 }),
    fc.integer({ min: 0, max: 59 }),
    fc.integer({ min: 0, max: 59 }),
  )
  .map((parts) => parts.map((part) => String(part).padStart(2, "0")).join(":"));

const sample = fc.record({
  int: fc.integer(),
  long: fc.maxSafeInteger(),
  big: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  float: fc
    .double({ noNaN: true, noDefaultInfinity: true })
    .map((value) => (value === 0 ? 0 : value)),
  exact: digits(30, 18).map((value) => new Decimal(value)),
  price: fc.option(digits(8, 4).map((value) => new Decimal(value))),
  flag: fc.boolean(),
  text,
  short: text.filter((value) => [...value].length <= 20 && value.length <= 20),
  uuid: fc.uuid(),
  blob: fc.uint8Array(),
  day,
  time: clock,
  instant: fc.date({
    min: new Date("0001-01-01"),
    max: new Date("9999-12-31"),
    noInvalidDate: true,
  }),
  iso: fc.tuple(day, clock).map(([date, time]) => `${date}T${time}Z`),
  local: fc.tuple(day, clock).map(([date, time]) => `${date}T${time}`),
  color: fc.constantFrom("red" as const, "green" as const, "it's" as const),
  level: fc.constantFrom(1 as const, 2 as const, 3 as const),
  state: fc.constantFrom("on" as const, "off" as const),
  meta: fc.record({ a: fc.integer(), b: fc.array(text) }),
  anything: jsonValue,
  labels: fc.array(text),
  numbers: fc.array(fc.option(fc.integer())),
  coded: digits(10, 3).map((value) => new Decimal(value)),
  optional: fc.option(text, { nil: undefined }),
  nullish: fc.option(fc.integer()),
});

type Row = typeof sample extends fc.Arbitrary<infer Value> ? Value : never;

/** Every column but the key. */
const columns = Object.keys(Sample.schema.shape).filter(
  (name) => name !== "id" && name !== "parentId",
) as unknown as readonly [Exclude<keyof Row, never>, ...(keyof Row)[]];

const shown = (instance: object): Record<string, unknown> => {
  const { id: _, parentId: __, ...columns } = instance as Record<string, unknown>;
  return columns;
};

/** -0 inside JSON and floats is 0 in a database. */
const settled = (row: Row): Row => ({ ...row, anything: noNegativeZero(row.anything) });

function noNegativeZero(value: unknown): unknown {
  if (value === 0) return 0;
  if (Array.isArray(value)) return value.map(noNegativeZero);
  if (typeof value !== "object" || value === null) return value;
  const copy: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    Object.defineProperty(copy, key, {
      value: noNegativeZero(item),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return copy;
}

for (const zone of ["UTC", "Asia/Shanghai", "America/Los_Angeles"]) {
  describeEachDatabase(`values on every path, in ${zone}`, (db) => {
    let connection: Connection;
    const zoneBefore = process.env["TZ"];

    beforeAll(async () => {
      process.env["TZ"] = zone;
      connection = await connect(db.url, {
        autoMigrate: true,
        identityMap: false,
        implicitRouting: "allow",
      });
    });

    beforeEach(async () => {
      await Sample.allRows().delete();
    });

    afterAll(async () => {
      await connection.close();
      if (zoneBefore === undefined) delete process.env["TZ"];
      else process.env["TZ"] = zoneBefore;
    });

    test("what is written is what is read", async () => {
      await fc.assert(
        fc.asyncProperty(sample, sample, async (first, second) => {
          const [row, other] = [settled(first), settled(second)];
          const created = await Sample.create(row);
          expect(shown(created)).toEqual(shown(await Sample.get(created.id)));
          expect(shown(created)).toEqual(expected(row));
          const failed = transaction(async () => {
            Object.assign(created, other);
            await created.save();
            throw new Error("undo");
          });
          await expect(failed).rejects.toThrow("undo");
          expect(shown(created)).toEqual(expected(row));
          const { statements } = await recordQueries(() => created.save());
          expect(statements).toEqual([]);

          const loaded = await Sample.get(created.id);
          Object.assign(loaded, other);
          await loaded.save();
          expect(shown(await Sample.get(created.id))).toEqual(expected(other));

          const { optional, ...updatable } = row;
          await Sample.where((t) => t.id.eq(created.id)).update({
            ...updatable,
            ...(optional !== undefined && { optional }),
          });
          expect(shown(await Sample.get(created.id))).toEqual(
            expected({ ...row, optional: optional ?? other.optional }),
          );

          await Sample.bulkCreate([other, { ...row, parentId: created.id }]);
          const [, bulk, child] = await Sample.orderBy((t) => t.id).all();
          expect(shown(bulk as Sample)).toEqual(expected(other));
          expect(shown(child as Sample)).toEqual(expected(row));

          const parent = await (child as Sample).parent;
          expect(parent?.id).toBe(created.id);
          expect((await created.children.one()).id).toBe(child?.id);
          await created.refresh();
          expect(created.exact).toBeInstanceOf(Decimal);
          await Sample.allRows().delete();
        }),
        { numRuns: 15 },
      );
    });

    test("a value is the same whichever way its row was loaded", async () => {
      await fc.assert(
        fc.asyncProperty(sample, sample, sample, async (first, second, third) => {
          const given = [settled(first), settled(second), settled(third)];
          const top = await Sample.create(given[0] as Row);
          const middle = await Sample.create({ ...(given[1] as Row), parent: top });
          const low = await Sample.create({ ...(given[2] as Row), parent: middle });
          const direct = [];
          for (const { id } of [top, middle, low]) direct.push(shown(await Sample.get(id)));

          const down = await Sample.include({ children: { children: true } }).get(top.id);
          const cut = await Sample.include({
            children: (q) => q.limit(1).include({ children: (inner) => inner.limit(1) }),
          }).get(top.id);
          const up = await Sample.include({ parent: { parent: true } }).get(low.id);
          const lazy = await Sample.orderBy("id").all();
          const raw = await fetchAll(sql`select * from sample order by id`.as(Sample));
          const returned = await Sample.where((t) => t.id.in([top.id, middle.id, low.id])).update(
            (t) => ({ int: t.int }),
            { returning: true },
          );
          const streamed: Sample[] = [];
          for await (const row of Sample.orderBy("id")) streamed.push(row);
          const { items } = await Sample.orderBy("id").page({ size: 3 });
          const picked = await Sample.select(...columns)
            .orderBy("id")
            .all();

          const paths = [
            [down, down.children[0], down.children[0]?.children[0]],
            [cut, cut.children[0], cut.children[0]?.children[0]],
            [up.parent?.parent, up.parent, up],
            [await lazy[1]?.parent, await lazy[2]?.parent, (await lazy[1]?.children.all())?.[0]],
            raw,
            returned.sort((one, other) => Number(one.id - other.id)),
            streamed,
            items,
          ];
          expect(picked).toEqual(direct);
          for (const path of paths) {
            expect(path.map((row) => shown(row as Sample))).toEqual(direct);
          }
          expect(direct).toEqual(given.map(expected));
          await Sample.allRows().delete();
        }),
        { numRuns: 10 },
      );
    });

    test("what is written is found again by its value", async () => {
      await fc.assert(
        fc.asyncProperty(sample, async (first) => {
          const row = settled(first);
          const { id: key } = await Sample.create(row);
          for (const property of searchable) {
            const value = row[property];
            if (value === undefined || value === null) continue;
            const column = Sample.columns[property] as unknown as {
              eq(value: unknown): never;
              in(values: unknown[]): never;
            };
            expect(await Sample.where(column.eq(value)).count(), property).toBe(1);
            expect((await Sample.where(column.in([value])).one()).id, property).toBe(key);
          }
          await Sample.allRows().delete();
        }),
        { numRuns: 15 },
      );
    });
  });
}

const searchable = [
  "int",
  "long",
  "big",
  "float",
  "exact",
  "price",
  "flag",
  "text",
  "short",
  "uuid",
  "blob",
  "day",
  "time",
  "instant",
  "iso",
  "local",
  "color",
  "level",
  "state",
  "coded",
] as const;

/** What reading gives for a written row: nothing changes but the key order of JSON. */
function expected(row: Row): Record<string, unknown> {
  return { ...row };
}
