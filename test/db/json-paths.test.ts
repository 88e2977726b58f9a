import { beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { array, id, json, Model, or, type Query, UsageError } from "../../src/index.ts";
import { describeEachDatabase } from "../support/databases.ts";
import { useDatabase } from "../support/use-database.ts";

class Venue extends Model("Venue", {
  id: id(),
  name: z.string(),
  tags: array(z.string()).default([]),
  counts: array(z.bigint()).nullable().default(null),
  info: json(
    z.object({
      address: z.object({ city: z.string().optional(), zip: z.string().nullable() }),
      size: z.number(),
      open: z.boolean(),
      kind: z.enum(["bar", "hall"]),
      labels: z.array(z.string()),
      days: z.array(z.object({ from: z.int() })),
      eq: z.string(),
      "a.b": z.string().optional(),
      extra: z.unknown(),
    }),
  ).nullable(),
}) {}

describeEachDatabase("inside JSON and lists", (db) => {
  const database = useDatabase(db, [Venue]);

  beforeEach(async () => {
    await Venue.bulkCreate([
      {
        name: "blue",
        tags: ["jazz", "late"],
        counts: [1n, 2n ** 60n],
        info: {
          address: { city: "Oslo", zip: "0150" },
          size: 12.5,
          open: true,
          kind: "bar",
          labels: ["red", "big"],
          days: [{ from: 9 }, { from: 11 }],
          eq: "yes",
          "a.b": "dotted",
          extra: { deep: [1, { z: "w" }], n: 1 },
        },
      },
      {
        name: "grand",
        tags: [],
        info: {
          address: { zip: null },
          size: 900,
          open: false,
          kind: "hall",
          labels: [],
          days: [],
          eq: "no",
          extra: "text",
        },
      },
      { name: "none", tags: ["late"], counts: [], info: null },
    ]);
  });

  test.for<[string, (q: typeof Venue) => Query<typeof Venue>, string[]]>([
    ["text", (q) => q.where((t) => t.info.address.city.eq("Oslo")), ["blue"]],
    ["text by a pattern", (q) => q.where((t) => t.info.address.city.startsWith("Os")), ["blue"]],
    [
      "ne keeps what is missing",
      (q) => q.where((t) => t.info.address.city.ne("Oslo")),
      ["grand", "none"],
    ],
    [
      "a missing key is NULL",
      (q) => q.where((t) => t.info.address.city.isNull()),
      ["grand", "none"],
    ],
    ["JSON's null is NULL", (q) => q.where((t) => t.info.address.zip.isNull()), ["grand", "none"]],
    ["a number by size", (q) => q.where((t) => t.info.size.gt(100)), ["grand"]],
    ["a number by a list", (q) => q.where((t) => t.info.size.in([12.5, 3])), ["blue"]],
    ["a boolean", (q) => q.where((t) => t.info.open.eq(false)), ["grand"]],
    ["an enum", (q) => q.where((t) => t.info.kind.eq("hall")), ["grand"]],
    ["a key that is a method's name", (q) => q.where((t) => t.info.at("eq").eq("yes")), ["blue"]],
    ["a key with a dot", (q) => q.where((t) => t.info["a.b"].eq("dotted")), ["blue"]],
    [
      "an object as a whole",
      (q) => q.where((t) => t.info.address.eq({ zip: "0150", city: "Oslo" })),
      ["blue"],
    ],
    ["an item of a list", (q) => q.where((t) => t.info.days.at(1).from.eq(11)), ["blue"]],
    [
      "an unknown place as text",
      (q) => q.where((t) => t.info.extra.at("deep").at(1).at("z").asText().eq("w")),
      ["blue"],
    ],
    [
      "an unknown value as a number",
      (q) => q.where((t) => t.info.extra.at("n").asNumber().eq(1)),
      ["blue"],
    ],
    [
      "another kind is NULL",
      (q) => q.where((t) => t.info.extra.asNumber().isNull()),
      ["blue", "grand", "none"],
    ],
    ["a key", (q) => q.where((t) => t.info.extra.hasKey("deep")), ["blue"]],
    ["not a key", (q) => q.where((t) => t.info.extra.hasKey("deep").not()), ["grand", "none"]],
    ["a JSON list has", (q) => q.where((t) => t.info.labels.has("big")), ["blue"]],
    [
      "a JSON list has every",
      (q) => q.where((t) => t.info.labels.hasEvery(["big", "red"])),
      ["blue"],
    ],
    [
      "a JSON list has every of too many",
      (q) => q.where((t) => t.info.labels.hasEvery(["big", "no"])),
      [],
    ],
    ["a JSON list has some", (q) => q.where((t) => t.info.labels.hasSome(["no", "red"])), ["blue"]],
    ["a JSON list has some of none", (q) => q.where((t) => t.info.labels.hasSome([])), []],
    ["a JSON list is empty", (q) => q.where((t) => t.info.labels.isEmpty()), ["grand"]],
    ["the length of a JSON list", (q) => q.where((t) => t.info.days.length().eq(2)), ["blue"]],
    ["a list has", (q) => q.where((t) => t.tags.has("late")), ["blue", "none"]],
    ["a list has not", (q) => q.where((t) => t.tags.has("late").not()), ["grand"]],
    ["a list has every", (q) => q.where((t) => t.tags.hasEvery(["late", "jazz"])), ["blue"]],
    [
      "a list has every of none",
      (q) => q.where((t) => t.tags.hasEvery([])),
      ["blue", "grand", "none"],
    ],
    ["a list has some", (q) => q.where((t) => t.tags.hasSome(["jazz", "x"])), ["blue"]],
    ["a list is empty", (q) => q.where((t) => t.tags.isEmpty()), ["grand"]],
    ["a list that is NULL is not empty", (q) => q.where((t) => t.counts.isEmpty()), ["none"]],
    ["64-bit items are exact", (q) => q.where((t) => t.counts.has(2n ** 60n)), ["blue"]],
    ["64-bit items next to it", (q) => q.where((t) => t.counts.has(2n ** 60n + 1n)), []],
    ["the length of a list", (q) => q.where((t) => t.tags.length().gte(1)), ["blue", "none"]],
    ["with others", (q) => q.where((t) => or(t.info.size.lt(1), t.tags.has("jazz"))), ["blue"]],
  ])("%s", async ([, query, expected]) => {
    const rows = await query(Venue).all();

    expect(rows.map(({ name }) => name).sort()).toEqual(expected);
  });

  test("what is inside is selected, and sorted by", async () => {
    const rows = await Venue.orderBy((t) => t.info.size, "desc", { nulls: "last" })
      .select((t) => ({
        city: t.info.address.city,
        size: t.info.size,
        open: t.info.open,
        address: t.info.address,
        labels: t.info.labels.length(),
      }))
      .all();

    expect(rows).toEqual([
      { city: null, size: 900, open: false, address: { zip: null }, labels: 0 },
      { city: "Oslo", size: 12.5, open: true, address: { city: "Oslo", zip: "0150" }, labels: 2 },
      { city: null, size: null, open: null, address: null, labels: null },
    ]);
  });

  test("values and keys are bound", async () => {
    const injection = "x' or 1=1 --";

    expect(
      await Venue.where((t) => t.info.extra.at(injection).asText().eq(injection)).count(),
    ).toBe(0);
    expect(await Venue.where((t) => t.tags.has(injection)).count()).toBe(0);
    expect(await Venue.where((t) => t.info.extra.hasKey(injection)).count()).toBe(0);
  });

  test.for([
    'a"b',
    "a\\b",
    "a.b",
    "[0]",
    "",
    "é",
    "😀",
    "a'b",
    "$",
    "a\nb",
    "0",
    "#",
    "\\u0041",
    "{x}",
    "a,b",
  ])("the key %j is one key", async (key) => {
    const info = {
      address: { zip: null },
      size: 1,
      open: true,
      kind: "bar" as const,
      labels: [],
      days: [],
      eq: "",
      extra: { [key]: { [key]: "here" }, other: 1 },
    };
    await Venue.create({ name: "keys", info });

    const found = Venue.where((t) => t.info.extra.at(key).at(key).asText().eq("here"));

    expect(await found.count()).toBe(1);
    expect(await found.where((t) => t.info.extra.hasKey(key)).count()).toBe(1);
    expect(await found.where((t) => t.info.extra.at(key).hasKey(`${key}x`)).count()).toBe(0);
  });

  describe("refuses before any SQL", () => {
    test.for<[string, () => unknown, string]>([
      [
        "an unknown key",
        () => Venue.where((t) => (t.info.at as Loose)("nope").isNull()),
        'no key "nope"',
      ],
      [
        "a key of a list",
        () => Venue.where((t) => (t.info.labels.at as Loose)("x").isNull()),
        "by index",
      ],
      ["a null item", () => Venue.where((t) => (t.tags.has as Loose)(null)), "was given null"],
      [
        "an undefined item",
        () => Venue.where((t) => (t.info.labels.has as Loose)(undefined)),
        "was given undefined",
      ],
      [
        "an item of another type",
        () => Venue.where((t) => (t.tags.has as Loose)(1)),
        "expected a string",
      ],
      [
        "what is no list",
        () => Venue.where((t) => (t.tags.hasSome as Loose)("late")),
        "expected an array",
      ],
      ["a key with NUL", () => Venue.where((t) => t.info.extra.at("\0").isNull()), "illegal"],
      [
        "an index below zero",
        () => Venue.where((t) => t.info.days.at(-1).isNull()),
        "an index from 0",
      ],
    ])("%s", ([, query, message]) => {
      const statements = database.spy();

      expect(query).toThrow(UsageError);
      expect(query).toThrow(message);
      expect(statements()).toEqual([]);
    });
  });
});

/** A method as JavaScript sees it. */
// biome-ignore lint/suspicious/noExplicitAny: what the compiler would refuse is the point
type Loose = (...values: unknown[]) => any;
