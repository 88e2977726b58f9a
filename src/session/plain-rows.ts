/** Rows of a selection as plain objects or values; their reader is made once for each shape. */
import type { ColumnTransform } from "../definition/definition.ts";
import type { DriverRow } from "../driver/driver.ts";
import { compileHydrator, type Hydrator } from "../hydrate/compile.ts";
import type { Query } from "../ir/query.ts";
import type { Plan } from "../plan/planner.ts";
import type { FieldNode, Picked } from "../query/nodes.ts";
import { Lru } from "../util/lru.ts";
import type { Connection } from "./connection.ts";

/** Turns rows of one shape into what a selection gives. */
type Reader = (rows: readonly DriverRow[]) => unknown[];

/** How many readers one statement keeps: programs that make up their property names have many. */
const mostReaders = 8;

const readers = new WeakMap<Plan, Lru<string, Reader>>();

/**
 * Reads rows as plain objects with the fields' properties, or as the values of the only field.
 *
 * @throws {ColumnCodecError} A cell can't be read; it names the field.
 */
export function plainRows(
  connection: Connection,
  query: Query,
  { fields, single }: Picked,
  rows: readonly DriverRow[],
): unknown[] {
  const plan = connection.planner.plan(query);
  let ofPlan = readers.get(plan);
  if (ofPlan === undefined) {
    ofPlan = new Lru(mostReaders);
    readers.set(plan, ofPlan);
  }
  const key = readerKey(fields, single);
  let reader = ofPlan.get(key);
  if (reader === undefined) {
    reader = makeReader(connection, fields, single);
    ofPlan.set(key, reader);
  }
  return reader(rows);
}

function makeReader(
  { dialect }: Connection,
  fields: readonly FieldNode[],
  single: boolean,
): Reader {
  const columns = fields.map(({ property, facts }) => ({
    property,
    codec: dialect.codec(facts.type),
    nullAs: facts.nullAs,
    ...(facts.transform && { fromStored: facts.transform.fromStored }),
  }));
  const hydrator: Hydrator<object> = compileHydrator(columns, Object.prototype, noState);
  if (!single) return (rows) => hydrator.rows(rows, undefined);
  const [only] = fields;
  const property = only?.property ?? "";
  return (rows) =>
    hydrator.rows(rows, undefined).map((row) => (row as Record<string, unknown>)[property]);
}

function noState(): void {
  // Plain rows keep nothing beside their values.
}

/** What a reader depends on beyond the plan, which knows the types. */
function readerKey(fields: readonly FieldNode[], single: boolean): string {
  let key = single ? "1" : "";
  for (const { property, facts } of fields) {
    const { nullAs, transform } = facts;
    key += `${property.length}:${property}${nullAs === null ? "n" : "u"}`;
    if (transform !== undefined) key += `${numberOf(transform)};`;
  }
  return key;
}

const numbers = new WeakMap<ColumnTransform, number>();
let lastNumber = 0;

function numberOf(transform: ColumnTransform): number {
  let number = numbers.get(transform);
  if (number === undefined) {
    lastNumber += 1;
    number = lastNumber;
    numbers.set(transform, number);
  }
  return number;
}
