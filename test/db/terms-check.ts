/** Compares what the database computes with what an evaluator in TypeScript does. */
import fc from "fast-check";
import { expect } from "vitest";
import { type Row, row, Term } from "./term-models.ts";
import { type Columns, type Kind, text } from "./term-values.ts";
import { claim, term } from "./terms.ts";

const kinds: readonly Kind[] = ["text", "int", "big", "decimal", "float", "boolean", "date"];

/** How much to try: tables of so many random rows, and on each so many runs of several expressions. */
export interface Effort {
  readonly tables: number;
  readonly rows: number;
  readonly runs: number;
}

/** The property: over random rows, every expression and every condition gives what its evaluator gives. */
export async function checkTerms({ tables, rows, runs }: Effort): Promise<void> {
  for (const sample of fc.sample(fc.array(row, { minLength: rows, maxLength: rows }), tables)) {
    await Term.allRows().delete();
    await Term.bulkCreate(sample);
    await fc.assert(
      fc.asyncProperty(fc.record(terms), claim(3), async (fields, condition) => {
        const found = await selected((t) => ({
          ...Object.fromEntries(
            Object.entries(fields).map(([name, { build }]) => [name, build(t)]),
          ),
          truth: condition.build(t),
        }));
        for (const [place, of] of sample.entries()) {
          const actual = found[place] as Record<string, unknown>;
          for (const [name, { value, show }] of Object.entries(fields)) {
            expect(text(actual[name]), `${show}\nof ${shown(of)}`).toBe(text(value(of)));
          }
          const holds = text(condition.holds(of));
          expect(text(actual["truth"]), `${condition.show}\nof ${shown(of)}`).toBe(holds);
        }
        const expected = sample.flatMap((of, place) => (condition.holds(of) ? [place] : []));
        expect(await places(condition.build, sample.length), condition.show).toEqual(expected);
      }),
      { numRuns: runs },
    );
  }
}

const terms = Object.fromEntries(kinds.map((kind) => [kind, term(kind, 3)]));

type Lambda<Result> = (t: typeof Term.columns) => Result;

async function selected(build: (t: Columns) => object): Promise<readonly object[]> {
  const pick = build as unknown as Lambda<{ id: (typeof Term.columns)["id"] }>;
  return Term.select(pick)
    .orderBy((t) => t.id)
    .all();
}

/** Which of the rows, counted from the first, a condition finds. */
async function places(build: (t: Columns) => unknown, count: number): Promise<readonly number[]> {
  const first =
    (await Term.select((t) => t.id)
      .orderBy((t) => t.id)
      .first()) ?? 0;
  const found = await Term.where(build as unknown as Lambda<never>)
    .select((t) => t.id)
    .orderBy("id")
    .all();
  expect(found.length).toBeLessThanOrEqual(count);
  return found.map((id) => Number(id) - Number(first));
}

const shown = (of: Row): string =>
  Object.entries(of)
    .map(([name, value]) => `${name}: ${text(value)}`)
    .join(", ");
