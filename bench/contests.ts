/** What is measured on every database, and how little more than bare code it may take. */
import { engines, transaction } from "ferro-orm";
import { z } from "zod";
import type { Contest, Turn } from "./measure.ts";
import { type Bare, Place, type PlaceInput, rowCount, sample, samples } from "./place.ts";

/** The figures of one database. */
export interface Targets {
  readonly entities: number;
  readonly statement: number;
  readonly five: number;
  readonly hundred: number;
  readonly bulk: number;
}

/** How many operations a turn makes. */
export interface Sizes {
  readonly times: number;
  readonly rows: number;
}

export const bulkRows = 50_000;

export function contestsOf(bare: Bare, targets: Targets, { times, rows }: Sizes): Contest[] {
  return [...reads(bare, targets, { times, rows }), ...writes(bare, targets, times)].concat(
    blocks(bare, targets, times),
    [1_000, bulkRows].flatMap((count) => [
      bulk(bare, targets, count, false),
      bulk(bare, targets, count, true),
    ]),
  );
}

function reads(bare: Bare, targets: Targets, { times, rows }: Sizes): Contest[] {
  const pages = Math.ceil(times / 5);
  return [
    {
      what: `${rowCount} rows as entities`,
      target: targets.entities,
      times: 1,
      ours: () => inSession(() => Place.all()),
      bare: () => () => bare.all(),
    },
    {
      what: `${rowCount} rows, identity map off`,
      target: targets.entities,
      times: 1,
      ours: () => () => engines.session(() => Place.all(), { identityMap: false }),
      bare: () => () => bare.all(),
    },
    {
      what: "point read: get()",
      target: targets.statement,
      times,
      ours: () => inSession(repeat(times, () => Place.get(next()))),
      bare: () => repeat(times, () => bare.get(next())),
    },
    {
      what: "point read: where().first()",
      target: targets.statement,
      times,
      ours: () =>
        inSession(
          repeat(times, () => {
            const id = next();
            return Place.where((place) => place.id.eq(id)).first();
          }),
        ),
      bare: () => repeat(times, () => bare.get(next())),
    },
    {
      what: "page of 20",
      target: targets.statement,
      times: pages,
      ours: () =>
        inSession(
          repeat(pages, () => {
            const after = next() % (rows - 20);
            return Place.where((place) => place.id.gt(after))
              .orderBy((place) => place.id)
              .limit(20)
              .all();
          }),
        ),
      bare: () => repeat(pages, () => bare.page(next() % (rows - 20))),
    },
  ];
}

function writes(bare: Bare, targets: Targets, times: number): Contest[] {
  const target = targets.statement;
  return [
    {
      what: "insert: create()",
      target,
      times,
      ours: async () => {
        await tidy();
        return inSession(repeat(times, () => Place.create(sample(next()))));
      },
      bare: async () => {
        await bare.tidy();
        return repeat(times, () => bare.insert(sample(next())));
      },
    },
    {
      what: "update: save() of one column",
      target,
      times,
      ours: async () => {
        const place = await Place.get(next());
        return inSession(
          repeat(times, () => {
            place.population = next();
            return place.save();
          }),
        );
      },
      bare: () => {
        const id = next();
        return repeat(times, () => bare.setPopulation(id, next()));
      },
    },
    {
      what: "delete()",
      target,
      times,
      ours: async () => {
        await tidy();
        await Place.bulkCreate(samples(times));
        const places = await Place.where((place) => place.id.gt(rowCount)).all();
        return inSession(repeat(times, () => places.pop()?.delete()));
      },
      bare: async () => {
        await bare.tidy();
        const ids: number[] = [];
        for (const input of samples(times)) ids.push(await bare.insert(input));
        return repeat(times, () => bare.delete(ids.pop() ?? 0));
      },
    },
  ];
}

function blocks(bare: Bare, targets: Targets, times: number): Contest[] {
  const few = Math.ceil(times / 5);
  const some = Math.ceil(times / 50);
  return [
    {
      what: "transaction of 5 statements",
      target: targets.five,
      times: few,
      ours: async () => {
        await tidy();
        return inSession(repeat(few, () => transaction(five)));
      },
      bare: async () => {
        await bare.tidy();
        return repeat(few, () => bare.five(next(), next(), next(), sample(next())));
      },
    },
    {
      // As requests do it: what a session of many transactions holds has to be looked at by each.
      what: "transaction of 5, session of its own",
      target: targets.five,
      times: few,
      ours: async () => {
        await tidy();
        return repeat(few, () => engines.session(() => transaction(five)));
      },
      bare: async () => {
        await bare.tidy();
        return repeat(few, () => bare.five(next(), next(), next(), sample(next())));
      },
    },
    {
      what: "save of 100 changed objects",
      target: targets.hundred,
      times: some,
      ours: async () => {
        const places = await Place.limit(100).all();
        return inSession(
          repeat(some, () =>
            transaction(async () => {
              for (const place of places) {
                place.population = next();
                await place.save();
              }
            }),
          ),
        );
      },
      bare: () => {
        const ids = Array.from({ length: 100 }, (_, index) => index + 1);
        return repeat(some, () => bare.setAll(ids, next()));
      },
    },
  ];
}

async function five(): Promise<void> {
  const first = await Place.get(next());
  const second = await Place.get(next());
  first.population = next();
  await first.save();
  second.population = next();
  await second.save();
  await Place.create(sample(next()));
}

/** @param validated - By hand, rows are validated with the model's schema as well: most of the rest is what that takes. */
function bulk(bare: Bare, targets: Targets, count: number, validated: boolean): Contest {
  return {
    what: `bulkCreate of ${count}${validated ? ", validated by hand" : ""}`,
    target: targets.bulk,
    times: 1,
    ...(count > 10_000 && { rounds: 7 }),
    ours: async () => {
      const rows = samples(count);
      await tidy();
      return inSession(() => Place.bulkCreate(rows));
    },
    bare: async () => {
      const rows = samples(count);
      await bare.tidy();
      if (!validated) return () => bare.bulk(rows);
      return () => bare.bulk(rows.map((row) => z.parse(Place.schema, row) as PlaceInput));
    },
  };
}

function inSession(work: () => unknown): Turn {
  return () => engines.session(async () => work());
}

/** Awaits only what is a promise: a program doesn't await a synchronous library. */
function repeat(times: number, step: () => unknown): Turn {
  return async () => {
    for (let count = 0; count < times; count += 1) {
      const outcome = step();
      if (outcome instanceof Promise) await outcome;
    }
  };
}

function tidy(): Promise<number> {
  return Place.where((place) => place.id.gt(rowCount)).delete();
}

let last = 0;

/** An id that is there, all over the table; the same for both, on average. */
function next(): number {
  last = (last + 7919) % rowCount;
  return last + 1;
}
