import { beforeEach, expect, test } from "vitest";
import { z } from "zod";
import {
  caseWhen,
  DatabaseError,
  Decimal,
  decimal,
  id,
  Model,
  now,
  UsageError,
} from "../../src/index.ts";
import { describeEachDatabase } from "../support/databases.ts";
import { useDatabase } from "../support/use-database.ts";

class Thing extends Model("FunctionThing", {
  id: id(),
  name: z.string(),
  nick: z.string().nullable(),
  n: z.int(),
  m: z.int().nullable(),
  score: z.number(),
  big: z.bigint(),
  price: decimal(20, 4),
  at: z.date(),
  digits: z.string().default(" 12.5"),
  day: z.iso.date().default("2024-02-29"),
  moment: z.iso.datetime().default("2024-02-29T23:30:00Z"),
  top: z.int().default(2_147_483_647),
  huge: z.bigint().default(9_223_372_036_854_775_807n),
  kind: z.enum(["x", "y"]),
}) {}

const date = (text: string) => new Date(`${text}Z`);
type Columns = typeof Thing.columns;

describeEachDatabase("functions", (db) => {
  const database = useDatabase(db);

  beforeEach(async () => {
    await Thing.allRows().delete();
    await Thing.create({
      name: " Ab 100% ",
      nick: null,
      n: 7,
      m: null,
      score: 2.675,
      big: 9_007_199_254_740_993n,
      price: "10.005",
      at: date("2026-01-31T22:30:15.250"),
      kind: "x",
    });
  });

  const value = async (pick: (t: Columns) => unknown): Promise<unknown> =>
    Thing.select(pick as (t: Columns) => Columns["name"]).one();

  test.for<[string, (t: Columns) => unknown, unknown]>([
    ["lower", (t) => t.name.lower(), " ab 100% "],
    ["upper", (t) => t.name.upper(), " AB 100% "],
    ["trim", (t) => t.name.trim(), "Ab 100%"],
    ["trimStart", (t) => t.name.trimStart(), "Ab 100% "],
    ["trimEnd", (t) => t.name.trimEnd(), " Ab 100%"],
    ["length", (t) => t.name.length(), 9],
    ["concat", (t) => t.name.trim().concat("!", t.kind), "Ab 100%!x"],
    ["concat with NULL", (t) => t.name.concat(t.nick), null],
    ["substring", (t) => t.name.substring(1, 3), "Ab"],
    ["substring to the end", (t) => t.name.substring(4), "100% "],
    ["replace", (t) => t.name.trim().replace("100", "99"), "Ab 99%"],
    ["plus of NULL", (t) => t.n.plus(t.m), null],
    ["plus of a float", (t) => t.n.plus(t.score), 9.675],
    ["division of numbers", (t) => t.n.dividedBy(2), 3.5],
    ["division of bigints", (t) => t.big.dividedBy(2n), 4_503_599_627_370_496n],
    ["division of decimals", (t) => t.price.dividedBy(3), new Decimal("3.335")],
    [
      "division that never ends",
      (t) => t.price.dividedBy(7),
      new Decimal("1.42928571428571428571"),
    ],
    ["division by a zero", (t) => t.n.dividedBy(t.n.minus(7)), null],
    [
      "division of a negative bigint",
      (t) => t.big.times(-1n).dividedBy(2n),
      -4_503_599_627_370_496n,
    ],
    ["mod", (t) => t.n.times(-1).mod(4), -3],
    ["mod of a decimal", (t) => t.price.mod(3), new Decimal("1.005")],
    ["abs", (t) => t.n.minus(10).abs(), 3],
    ["abs of a decimal", (t) => t.price.times(-1).abs(), new Decimal("10.005")],
    ["round", (t) => t.score.round(), 3],
    ["round to digits", (t) => t.score.round(2), 2.68],
    ["round of a half below zero", (t) => t.score.times(0).minus(2.5).round(), -3],
    ["round of a decimal", (t) => t.price.round(2), new Decimal("10.01")],
    ["floor", (t) => t.score.floor(), 2],
    ["floor below zero", (t) => t.score.times(-1).floor(), -3],
    ["floor of a whole number, rounded", (t) => t.n.floor().round(), 7],
    ["floor of a bigint", (t) => t.big.floor(), 9_007_199_254_740_993n],
    ["ceil of a whole number, divided", (t) => t.n.ceil().mod(4), 3],
    ["ceil", (t) => t.score.ceil(), 3],
    ["ceil of a decimal", (t) => t.price.ceil(), new Decimal("11")],
    [
      "exact arithmetic of decimals",
      (t) => t.price.plus("0.1").times("1.001"),
      new Decimal("10.115105"),
    ],
    ["a decimal beside a whole number", (t) => t.price.times(t.n), new Decimal("70.035")],
    ["a whole number beside a decimal", (t) => t.n.minus(t.price), new Decimal("-3.005")],
    [
      "a decimal divided by a whole number",
      (t) => t.price.dividedBy(t.n.plus(1)),
      new Decimal("1.250625"),
    ],
    [
      "a whole number divided by a decimal",
      (t) => t.n.dividedBy(t.price),
      new Decimal("0.69965017491254372814"),
    ],
    ["a bigint beside a whole number", (t) => t.big.plus(t.n), 9_007_199_254_741_000n],
    ["a whole number beside a bigint", (t) => t.n.minus(t.big), -9_007_199_254_740_986n],
    ["a bigint beside a plain number", (t) => t.big.plus(1), 9_007_199_254_740_994n],
    ["a bigint beside a decimal", (t) => t.big.plus(t.price), new Decimal("9007199254741003.005")],
    ["a decimal beside a bigint", (t) => t.price.mod(t.big), new Decimal("10.005")],
    ["a whole number beside a fraction", (t) => t.n.times(1.5), 10.5],
    ["asText", (t) => t.big.asText(), "9007199254740993"],
    ["asText of a decimal", (t) => t.price.round(1).asText(), "10"],
    ["asInteger", (t) => t.score.asInteger(), 2],
    ["asInteger below zero", (t) => t.score.times(-1).asInteger(), -2],
    ["asFloat", (t) => t.n.asFloat().dividedBy(2), 3.5],
    ["asBigint", (t) => t.n.asBigint(), 7n],
    ["asDecimal", (t) => t.big.asDecimal().plus("0.5"), new Decimal("9007199254740993.5")],
    ["text as a whole number", (t) => t.digits.asInteger(), 12],
    ["text as a bigint", (t) => t.digits.asBigint(), 12n],
    ["text as a float", (t) => t.digits.asFloat(), 12.5],
    ["text as a decimal", (t) => t.digits.asDecimal().plus("0.1"), new Decimal("12.6")],
    ["text that is no number", (t) => t.name.asInteger(), null],
    ["text that is no decimal", (t) => t.name.asDecimal(), null],
    ["no text as a number", (t) => t.nick.asFloat(), null],
    [
      "text that JavaScript alone takes for a number",
      (t) => t.digits.replace("12.5", "0x10").asInteger(),
      null,
    ],
    ["empty text", (t) => t.digits.substring(0, 1).trim().asFloat(), null],
    ["a negative text, cut", (t) => t.digits.replace("12.5", "-7.9e1 ").asInteger(), -79],
    [
      "text at the end of 64 bits",
      (t) => t.digits.replace("12.5", "9223372036854775807").asBigint(),
      9_223_372_036_854_775_807n,
    ],
    [
      "text beyond 64 bits",
      (t) => t.digits.replace("12.5", "9223372036854775808").asBigint(),
      null,
    ],
    ["a day's year", (t) => t.day.asDate().year(), 2024],
    ["a day's weekday", (t) => t.day.asDate().weekday(), 4],
    ["a day later", (t) => t.day.asDate().plus({ days: 1 }), "2024-03-01"],
    ["a month earlier", (t) => t.day.asDate().minus({ months: 1 }), "2024-01-29"],
    ["the first day of the month", (t) => t.day.asDate().truncate("month"), "2024-02-01"],
    ["a moment's hour", (t) => t.moment.asDate().hour(), 23],
    ["a moment later", (t) => t.moment.asDate().plus({ hours: 2 }), "2024-03-01T01:30:00Z"],
    ["beyond 4 bytes", (t) => t.n.plus(2_147_483_647), 2_147_483_654],
    ["two columns beyond 4 bytes", (t) => t.top.plus(t.top).times(t.n), 30_064_771_058],
    ["coalesce", (t) => t.nick.coalesce("none"), "none"],
    ["coalesce of columns", (t) => t.m.coalesce(t.n), 7],
    ["coalesce of NULLs", (t) => t.m.coalesce(t.m), null],
    ["coalesce of a whole number and a float", (t) => t.m.coalesce(t.score), 2.675],
    ["least of a whole number and a float", (t) => t.n.least(t.score), 2.675],
    ["greatest of a whole number and a float", (t) => t.n.greatest(t.score), 7],
    ["nullif", (t) => t.n.nullif(7), null],
    ["nullif of another", (t) => t.n.nullif(8), 7],
    ["greatest", (t) => t.n.greatest(3, 9), 9],
    ["greatest without NULL", (t) => t.m.greatest(t.n), 7],
    ["least", (t) => t.n.least(t.m, 8), 7],
    ["least of decimals", (t) => t.price.least("9.5", "11"), new Decimal("9.5")],
    ["least of dates", (t) => t.at.least(date("2026-01-01T00:00:00")), date("2026-01-01T00:00:00")],
    ["year", (t) => t.at.year(), 2026],
    ["month", (t) => t.at.month(), 1],
    ["day", (t) => t.at.day(), 31],
    ["hour", (t) => t.at.hour(), 22],
    ["minute", (t) => t.at.minute(), 30],
    ["second", (t) => t.at.second(), 15],
    ["weekday", (t) => t.at.weekday(), 6],
    ["truncate to the minute", (t) => t.at.truncate("minute"), date("2026-01-31T22:30:00")],
    ["truncate to the day", (t) => t.at.truncate("day"), date("2026-01-31T00:00:00")],
    ["truncate to the week", (t) => t.at.truncate("week"), date("2026-01-26T00:00:00")],
    ["truncate to the month", (t) => t.at.truncate("month"), date("2026-01-01T00:00:00")],
    ["truncate to the year", (t) => t.at.truncate("year"), date("2026-01-01T00:00:00")],
    ["plus a month", (t) => t.at.plus({ months: 1 }), date("2026-02-28T22:30:15.250")],
    [
      "plus months and days",
      (t) => t.at.plus({ months: 1, days: 1 }),
      date("2026-03-01T22:30:15.250"),
    ],
    ["minus hours", (t) => t.at.minus({ hours: 23, seconds: 15 }), date("2026-01-30T23:30:00.250")],
    ["minus a year", (t) => t.at.minus({ years: 1 }), date("2025-01-31T22:30:15.250")],
    ["a case", (t) => caseWhen(t.n.gt(9), "big").when(t.n.gt(5), "medium").else("small"), "medium"],
    ["a case of columns", (t) => caseWhen(t.n.gt(9), t.n).else(t.m), null],
    ["a case of numbers", (t) => caseWhen(t.n.gt(5), 1.5).else(0), 1.5],
    ["a case without a branch", (t) => caseWhen(t.nick.isNotNull(), true).end(), null],
    ["a case of decimals", (t) => caseWhen(t.n.gt(5), t.price).else("0"), new Decimal("10.005")],
  ])("%s", async ([, pick, expected]) => {
    expect(await value(pick)).toEqual(expected);
  });

  test.for<[string, (t: Columns) => unknown]>([
    ["lower", (t) => t.name.trim().lower().eq("ab 100%")],
    ["length", (t) => t.name.length().gt(8)],
    ["notIlike", (t) => t.name.notIlike("%zz%")],
    ["notIlike of NULL", (t) => t.nick.notIlike("a%")],
    ["startsWith ignoring case", (t) => t.name.trim().startsWith("aB", { ignoreCase: true })],
    [
      "endsWith ignoring case, wildcards as text",
      (t) => t.name.endsWith("100% ", { ignoreCase: true }),
    ],
    [
      "contains ignoring case, wildcards as text",
      (t) => t.name.contains("b_1", { ignoreCase: true }).not(),
    ],
    ["notBetween", (t) => t.n.notBetween(8, 9)],
    ["notBetween of NULL", (t) => t.m.notBetween(8, 9)],
    ["isDistinctFrom", (t) => t.m.isDistinctFrom(5)],
    ["isNotDistinctFrom", (t) => t.m.isNotDistinctFrom(null)],
    ["dividedBy", (t) => t.n.dividedBy(2).gt(3.4)],
    ["decimals", (t) => t.price.times(2).eq("20.01").and(t.price.plus(1).gt("11.004"))],
    ["computed beside computed", (t) => t.price.times(2).gt(t.price.plus(t.price).minus("0.001"))],
    ["dates", (t) => t.at.plus({ days: 1 }).gt(date("2026-02-01T00:00:00"))],
    [
      "dates equal to the millisecond",
      (t) => t.at.plus({ days: 1 }).eq(date("2026-02-01T22:30:15.250")),
    ],
    ["now", (t) => t.at.lt(now().plus({ years: 500 }))],
    [
      "a case",
      (t) =>
        caseWhen(t.n.gt(5), "a")
          .else("b")
          .eq("a" as never),
    ],
    ["in of a computed value", (t) => t.n.times(2).in([1, 14])],
    ["a not of a computed NULL", (t) => t.n.plus(t.m).gt(3).not()],
    ["ne of a computed NULL", (t) => t.n.plus(t.m).ne(3)],
  ])("a condition on %s", async ([, condition]) => {
    expect(await Thing.where(condition as (t: Columns) => never).count()).toBe(1);
  });

  test("update takes functions, and stores exact decimals in the column's digits", async () => {
    await Thing.allRows().update((t) => ({
      name: t.name.trim().upper(),
      n: t.n.mod(4),
      price: t.price.times("1.00005"),
      at: t.at.plus({ days: 1 }),
      nick: caseWhen(t.n.gt(1), "many").else("few"),
    }));

    expect(await Thing.one()).toMatchObject({
      name: "AB 100%",
      n: 3,
      price: new Decimal("10.0055"),
      at: date("2026-02-01T22:30:15.250"),
      nick: "many",
    });
  });

  test.for<[string, (t: Columns) => object]>([
    ["4 bytes", (t) => ({ top: t.top.plus(1) })],
    ["4 bytes, below zero", (t) => ({ top: t.top.times(-1).minus(2) })],
    ["8 bytes", (t) => ({ huge: t.huge.plus(1n) })],
  ])("a column of %s refuses a result that it can't hold", async ([, change]) => {
    await expect(Thing.allRows().update(change as never)).rejects.toThrow(DatabaseError);

    const { top, huge } = await Thing.one();
    expect([top, huge]).toEqual([2_147_483_647, 9_223_372_036_854_775_807n]);
    await Thing.allRows().update((t) => ({ top: t.top.minus(1), huge: t.huge.minus(1n) }));
    expect((await Thing.one()).top).toBe(2_147_483_646);
  });

  test("a result beyond 64 bits is no value", async () => {
    await expect(value((t) => t.huge.plus(1n))).rejects.toThrow();
  });

  const t = Thing.columns;
  type Loose = Record<string, (...given: readonly unknown[]) => unknown>;
  const loose = (expression: unknown) => expression as Loose;
  test.for<[string, () => unknown]>([
    ["division by 0", () => t.n.dividedBy(0)],
    ["a remainder of floats", () => t.score.mod(2)],
    ["NaN", () => t.score.plus(Number.NaN)],
    ["undefined", () => t.n.plus(undefined as never)],
    ["coalesce of nothing", () => t.nick.coalesce()],
    ["coalesce of undefined", () => t.nick.coalesce(undefined as never)],
    ["digits beyond 20", () => t.score.round(21)],
    ["a negative place", () => t.name.substring(-1)],
    ["a number as text", () => t.name.concat(1 as never)],
    ["lower of a number", () => loose(t.n)["lower"]?.()],
    ["text as a date", () => t.name.asDate()],
    ["the hour of a day", () => t.day.asDate().hour()],
    ["year of text", () => loose(t.name)["year"]?.()],
    ["an unknown unit", () => t.at.truncate("century" as never)],
    ["an empty span", () => t.at.plus({})],
    ["an unknown part of a span", () => t.at.plus({ day: 1 } as never)],
    ["half a day", () => t.at.plus({ days: 0.5 })],
    ["an invalid date", () => t.at.least(new Date("x"))],
    ["a case of different types", () => caseWhen(t.n.gt(1), "a").else(1)],
    ["a case of a boolean", () => caseWhen(true as never, "a")],
    ["a case of nulls", () => caseWhen(t.n.gt(1), null).end()],
    ["ignoreCase that is no boolean", () => t.name.startsWith("a", { ignoreCase: 1 } as never)],
  ])("%s throws before any SQL", ([, build]) => {
    const statements = database.spy();

    expect(build).toThrow(UsageError);
    expect(statements()).toEqual([]);
  });
});
