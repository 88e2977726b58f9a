import { describe, expectTypeOf, test } from "vitest";
import { z } from "zod";
import { array, id, json, Model, type Predicate } from "../../src/index.ts";
import type { UnknownJson } from "../../src/query/json-types.ts";
import type { NumericExpression, TextExpression } from "../../src/query/method-types.ts";

class Venue extends Model("Venue", {
  id: id(),
  tags: array(z.string()),
  info: json(
    z.object({
      address: z.object({ city: z.string().optional() }),
      size: z.number(),
      labels: z.array(z.string()),
      length: z.number(),
      extra: z.unknown(),
      either: z.union([z.string(), z.number()]),
    }),
  ).nullable(),
  loose: json(z.record(z.string(), z.number())),
}) {}

const t = Venue.columns;

describe("JSON paths", () => {
  test("follow the schema", () => {
    expectTypeOf(t.info.address.city).toEqualTypeOf<TextExpression<string | null>>();
    expectTypeOf(t.info.size).toEqualTypeOf<NumericExpression<number | null>>();
    expectTypeOf(t.info.extra).toEqualTypeOf<UnknownJson>();
    expectTypeOf(t.info.labels.at(0)).toEqualTypeOf<TextExpression<string | null>>();
    expectTypeOf(t.loose.at("any")).toEqualTypeOf<NumericExpression<number | null>>();
    expectTypeOf(t.info.either.asText()).toEqualTypeOf<TextExpression<string | null>>();
  });

  test("a member named like a method is reached with at", () => {
    expectTypeOf(t.info.at("length")).toEqualTypeOf<NumericExpression<number | null>>();
  });

  test("refuse what the schema doesn't have", () => {
    // @ts-expect-error no such member
    t.info.nope;
    // @ts-expect-error no such member
    t.info.at("nope");
    // @ts-expect-error the member is text
    t.info.address.city.eq(1);
    // @ts-expect-error may be text or a number: say which
    t.info.either.gt(1);
  });
});

describe("lists", () => {
  test("take items of their type", () => {
    expectTypeOf(t.tags.has("x")).toEqualTypeOf<Predicate>();
    expectTypeOf(t.info.labels.hasSome(["x"])).toEqualTypeOf<Predicate>();
    expectTypeOf(t.tags.length()).toEqualTypeOf<NumericExpression<number | null>>();
    // @ts-expect-error items are text
    t.tags.has(1);
    // @ts-expect-error items are text
    t.info.labels.hasEvery([1]);
  });
});
