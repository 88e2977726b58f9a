/** What the random computed values are about: a model with a column of each kind, and random rows of it. */
import fc from "fast-check";
import { z } from "zod";
import { array, Decimal, decimal, id, json, Model } from "../../src/index.ts";

const inside = z.object({
  city: z.string().optional(),
  size: z.number().nullable(),
  open: z.boolean().optional(),
  labels: z.array(z.string()),
});

export class Term extends Model("TermRow", {
  id: id(),
  text: z.string(),
  textN: z.string().nullable(),
  int: z.int(),
  intN: z.int().nullable(),
  big: z.bigint(),
  bigN: z.bigint().nullable(),
  price: decimal(20, 4),
  priceN: decimal(20, 4).nullable(),
  float: z.number(),
  floatN: z.number().nullable(),
  flag: z.boolean(),
  flagN: z.boolean().nullable(),
  at: z.date(),
  atN: z.date().nullable(),
  info: json(inside),
  infoN: json(inside).nullable(),
  list: array(z.string()),
  listN: array(z.string()).nullable(),
}) {}

/** The values that columns and bound values are drawn from: few, so that they meet. */
export const values = {
  text: fc.oneof(
    fc.constantFrom("", " ", "a", "A", "b%", "_", "10", "é", "😀b", "a\\b", "it's", "[a]"),
    fc.string({ unit: fc.constantFrom("a", "B", " ", "%", "*", "?", "日"), maxLength: 4 }),
  ),
  int: fc.integer({ min: -20, max: 20 }),
  big: fc.oneof(
    fc.bigInt({ min: -9n, max: 9n }),
    fc.constantFrom(2n ** 53n + 1n, -(2n ** 53n) - 1n),
  ),
  decimal: fc
    .tuple(fc.integer({ min: -99_999, max: 99_999 }), fc.nat({ max: 4 }))
    .map(([digits, places]) => new Decimal(digits).dividedBy(new Decimal(10).pow(places))),
  float: fc.oneof(
    fc.integer({ min: -40, max: 40 }).map((quarters) => quarters / 4),
    fc.constantFrom(0.1, -0.3, 2.675, 1e-7, 123_456.789),
  ),
  boolean: fc.boolean(),
  date: fc.oneof(
    fc.constantFrom("2024-01-31T00:00:00Z", "2024-02-29T23:59:59.999Z").map((at) => new Date(at)),
    fc.date({
      min: new Date("1999-12-01T00:00:00Z"),
      max: new Date("2030-01-01T00:00:00Z"),
      noInvalidDate: true,
    }),
  ),
} as const;

const info = fc.record(
  {
    city: fc.constantFrom("Oslo", "", 'Bø "x"', "10"),
    size: fc.option(values.float),
    open: fc.boolean(),
    labels: fc.array(fc.constantFrom("x", "y", "1"), { maxLength: 3 }),
  },
  { requiredKeys: ["size", "labels"] },
);

const list = fc.array(fc.constantFrom("x", "y", "", 'a"b', "null"), { maxLength: 3 });
const rowParts = {
  text: values.text,
  textN: fc.option(values.text),
  int: values.int,
  intN: fc.option(values.int),
  big: values.big,
  bigN: fc.option(values.big),
  price: values.decimal,
  priceN: fc.option(values.decimal),
  float: values.float,
  floatN: fc.option(values.float),
  flag: values.boolean,
  flagN: fc.option(values.boolean),
  at: values.date,
  atN: fc.option(values.date),
  info,
  infoN: fc.option(info),
  list,
  listN: fc.option(list),
};

/** A row without its key. */
export const row = fc.record(rowParts);

/** A row as the evaluator sees it. */
export type Row = typeof row extends fc.Arbitrary<infer Value> ? Value : never;
