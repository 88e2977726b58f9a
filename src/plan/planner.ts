import type { WireValue } from "../codec/codec.ts";
import type { Dialect } from "../dialect/dialect.ts";
import type { Expression, Query } from "../ir/query.ts";
import { queryShape } from "../ir/shape.ts";
import { compileQuery } from "../sql/compile.ts";
import type { BoundSlot } from "../sql/dialect.ts";
import { Lru } from "../util/lru.ts";
import { compileBind } from "./bind.ts";

/** A statement with its values, as the driver layer takes it. */
export interface BoundStatement {
  readonly sql: string;
  readonly parameters: readonly WireValue[];
  readonly bigints: boolean;
  readonly returnsRows: boolean;
  readonly prepare: true;
}

/** All that can be known of a query before its values: made once for each shape, and safe to keep. */
export interface Plan {
  readonly sql: string;
  readonly slots: readonly BoundSlot[];
  /** Whether a result column needs its integers as bigint. */
  readonly bigints: boolean;
  /** Whether the statement gives rows. */
  readonly returnsRows: boolean;
  /**
   * Encodes the values of one execution.
   *
   * @throws {CodecError} A value has no exact form; a `ColumnCodecError` says what it was for.
   */
  bind(values: readonly unknown[]): WireValue[];
  /** The statement to run with these values. Throws as `bind` does. */
  statement(values: readonly unknown[]): BoundStatement;
}

/** How many plans are kept. */
export interface PlannerOptions {
  /** Plans of ordinary statements. Default 1000. */
  readonly plans?: number;
  /** Plans of statements with very many values, such as multi-row inserts. Default 16. */
  readonly largePlans?: number;
}

/** From how many values a plan counts as large: it then weighs kilobytes. */
const large = 200;

/**
 * Makes plans for one dialect and keeps the latest by shape.
 *
 * `plan()` walks the query for its key each time, about a microsecond. A caller
 * that runs the same shape again and again keeps the plan, or a frozen query,
 * whose plan is found without its key.
 */
export class Planner {
  readonly #dialect: Dialect;
  readonly #plans: Lru<string, Plan>;
  readonly #largePlans: Lru<string, Plan>;
  readonly #ofFrozen: WeakMap<Query, Plan> = new WeakMap();

  constructor(dialect: Dialect, { plans = 1000, largePlans = 16 }: PlannerOptions = {}) {
    this.#dialect = dialect;
    this.#plans = new Lru(plans);
    this.#largePlans = new Lru(largePlans);
  }

  /**
   * The plan of a query.
   *
   * @throws {UsageError} The database can't do what the query asks.
   */
  plan(query: Query): Plan {
    if (!Object.isFrozen(query)) return this.#planByShape(query);
    let plan = this.#ofFrozen.get(query);
    if (plan === undefined) {
      plan = this.#planByShape(query);
      this.#ofFrozen.set(query, plan);
    }
    return plan;
  }

  #planByShape(query: Query): Plan {
    const shape = queryShape(query);
    const known = this.#plans.get(shape) ?? this.#largePlans.get(shape);
    if (known !== undefined) return known;

    const plan = makePlan(query, this.#dialect);
    (plan.slots.length < large ? this.#plans : this.#largePlans).set(shape, plan);
    return plan;
  }
}

/** Makes a plan without keeping it. */
export function makePlan(query: Query, dialect: Dialect): Plan {
  const { sql, slots } = compileQuery(query, dialect.sql);
  const bind = compileBind(slots, dialect);
  const columns = resultColumns(query);
  const bigints = columns.some(({ type }) => type !== null && dialect.codec(type).bigints === true);
  const returnsRows = columns.length > 0 || query.kind === "count" || query.kind === "exists";
  return {
    sql,
    slots,
    bigints,
    returnsRows,
    bind,
    statement: (values) => ({ sql, parameters: bind(values), bigints, returnsRows, prepare: true }),
  };
}

function resultColumns(query: Query): readonly Expression[] {
  switch (query.kind) {
    case "select":
      return query.columns;
    case "insert":
    case "update":
    case "updateRows":
    case "delete":
      return query.returning;
    default:
      return [];
  }
}
