/** Window functions: values of a row and of the rows around it. */
import { UsageError } from "../errors/errors.ts";
import type { AggregateName, Frame, FrameEnd, WindowName } from "../ir/query.ts";
import type { StorageType } from "../ir/type.ts";
import { aggregateOf } from "./aggregate.ts";
import { Order } from "./compare.ts";
import { Expression } from "./expression.ts";
import { manyRows } from "./many-rows.ts";
import { type Misuse, tellMisuse } from "./misuse.ts";
import type { AggregateNode, ExpressionNode, OrderNode, ValueFacts, WindowNode } from "./nodes.ts";
import { notAPredicate, Predicate } from "./predicate.ts";
import { bound, factsOf, findParts, nameOf, operandOf, type Parts } from "./value.ts";

const whole: StorageType = { kind: "integer", dbType: "bigint" };
const small: StorageType = { kind: "integer" };

/** A window function that waits for its window. */
export class WindowFunction {
  static {
    tellMisuse(WindowFunction.prototype, (made) => withoutWindow(made.#call));
  }

  readonly #call: AggregateNode | WindowName;
  readonly #operands: readonly ExpressionNode[];
  readonly #facts: ValueFacts;

  constructor(
    call: AggregateNode | WindowName,
    operands: readonly ExpressionNode[],
    facts: ValueFacts,
  ) {
    this.#call = call;
    this.#operands = operands;
    this.#facts = facts;
  }

  /** The aggregate that waits, for where it stands without a window; undefined for anything else. */
  static aggregateOf(value: unknown): { node: AggregateNode; facts: ValueFacts } | undefined {
    if (typeof value !== "object" || value === null || !(#call in value)) return undefined;
    const call = value.#call;
    return typeof call === "string" ? undefined : { node: call, facts: value.#facts };
  }

  /** Only the rows that match count. */
  filter(condition: unknown): WindowFunction {
    if (typeof this.#call === "string") {
      throw new UsageError("filter() is for aggregates");
    }
    if (!Predicate.is(condition)) throw notAPredicate(condition, "filter()");
    const filter = Predicate.take(condition);
    return new WindowFunction({ ...this.#call, filter }, this.#operands, this.#facts);
  }

  /** The value over a window of rows. */
  over(window: unknown = {}): Expression {
    manyRows.used = true;
    const { partitionBy, orderBy, frame, ...others } = (window ?? {}) as Record<string, unknown>;
    const [unknown] = Object.keys(others);
    if (unknown !== undefined) {
      throw new UsageError(`a window has no option ${JSON.stringify(unknown)}`, {
        hint: "its options are partitionBy, orderBy and frame",
      });
    }
    const node: WindowNode = {
      kind: "window",
      call: this.#call,
      operands: this.#operands,
      partitionBy: listOf(partitionBy).map(readPartition),
      orderBy: listOf(orderBy).map(readTerm),
      frame: readFrame(frame),
      type: this.#facts.type,
    };
    return new Expression(node, this.#facts, "over(…)");
  }
}

function withoutWindow(call: AggregateNode | WindowName): Misuse {
  if (typeof call === "string") {
    const operand =
      call === "rowNumber" || call === "rank" || call === "denseRank" ? "" : "t.views";
    return {
      what: `${call}() without its window`,
      hint: `write ${call}(${operand}).over({ orderBy: t.id })`,
    };
  }
  const { name } = call;
  return {
    what: `${name}() of many rows`,
    hint: `for one value of all rows write scalar(Post.select((p) => ${name}(p.views))), beside each row ${name}(…).over({ … })`,
  };
}

/** An aggregate for a window. */
export function windowAggregate(name: AggregateName, of: unknown): WindowFunction {
  const operand = of === undefined && name === "count" ? null : requireParts(of, name);
  const options = { distinct: false, filter: null, at: `${name}()` };
  const { node, facts } = aggregateOf(name, operand, options);
  return new WindowFunction(node, [], facts);
}

/** The number of the row within its window. */
export function numbered(name: "rowNumber" | "rank" | "denseRank"): WindowFunction {
  return new WindowFunction(name, [], factsOf(whole, false));
}

/** The value of a row before or after this one. */
export function shifted(
  name: "lag" | "lead",
  of: unknown,
  by: unknown,
  otherwise: unknown,
): WindowFunction {
  const parts = requireParts(of, name);
  if (typeof by !== "number" || !Number.isSafeInteger(by) || by < 0) {
    throw new UsageError(`${name}() expected a whole number of rows, 0 or more`);
  }
  const operands = [parts.node, bound(by, small, name)];
  if (otherwise !== undefined) operands.push(operandOf(parts, otherwise, name));
  const { type, transform } = parts.facts;
  const nullable = parts.facts.nullable || otherwise === undefined;
  return new WindowFunction(name, operands, {
    ...factsOf(type, nullable),
    ...(transform && { transform }),
  });
}

/** The value of the first or the last row of the frame. */
export function endOf(name: "firstValue" | "lastValue", of: unknown): WindowFunction {
  const { node, facts } = requireParts(of, name);
  return new WindowFunction(name, [node], { ...facts, nullable: true, nullAs: null });
}

function requireParts(of: unknown, name: string): Parts {
  const parts = findParts(of);
  if (parts !== undefined) return parts;
  throw new UsageError(`${name}() expected a column, received ${nameOf(of)}`, {
    hint: `write ${name}(t.views)`,
  });
}

function listOf(value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

function readPartition(value: unknown): ExpressionNode {
  const parts = findParts(value);
  if (parts !== undefined) return parts.node;
  throw new UsageError(`partitionBy expected columns, received ${nameOf(value)}`);
}

/** NULL sorts as the largest value here as well; lowering sees to it. */
function readTerm(value: unknown): OrderNode {
  const made = value instanceof Expression ? value.asc() : value;
  const node = Order.find(made);
  if (node !== undefined) return node;
  throw new UsageError(`the orderBy of a window expected columns, received ${nameOf(value)}`, {
    hint: "write orderBy: t.views or orderBy: [t.views.desc(), t.id]",
  });
}

function readFrame(frame: unknown): Frame | null {
  if (frame === undefined || frame === null) return null;
  const { mode = "rows", from = "start", to = "current" } = frame as Record<string, unknown>;
  if (mode !== "rows" && mode !== "range" && mode !== "groups") {
    throw new UsageError('the mode of a frame is "rows", "range" or "groups"');
  }
  const ends = { from: readEnd(from, "start"), to: readEnd(to, "end") };
  if (mode === "range" && [ends.from, ends.to].some((end) => typeof end === "number")) {
    throw new UsageError('a frame of mode "range" ends at "start", "current" or "end"');
  }
  return { mode, ...ends };
}

function readEnd(end: unknown, extreme: "start" | "end"): FrameEnd {
  if (end === extreme) return extreme;
  if (end === "current") return end;
  if (typeof end === "number" && Number.isSafeInteger(end)) return end;
  throw new UsageError(
    `a frame goes from "start", "current" or a number of rows to "end", "current" or one`,
    { hint: "numbers count rows: -2 is two rows before, 1 is one row after" },
  );
}
