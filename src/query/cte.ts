/** Rows that a statement computes once, under a name. */
import { UsageError } from "../errors/errors.ts";
import { runLambda } from "./lambda.ts";
import type { CommonNode, FieldNode, PartNode } from "./nodes.ts";
import { derivedRows, type RowsBuilder } from "./rows.ts";
import { type Aligned, alignedParts } from "./set-fields.ts";
import { findQuery, type QueryParts } from "./subquery.ts";
import { nameOf } from "./value.ts";

/** A node that is finished once its steps are known, which speak of it. */
type OpenNode = { -readonly [Name in keyof CommonNode]: CommonNode[Name] };

/**
 * Names the rows of a query; with steps, those that are found from them as well.
 *
 * @throws {UsageError} The query or a step selects no plain rows, they differ, or an option is unknown.
 */
export function cte(name: unknown, query: unknown, ...others: readonly unknown[]): RowsBuilder {
  if (typeof name !== "string" || name.trim() === "") {
    throw new UsageError("cte() expected a name first", {
      hint: 'write cte("totals", Order.groupBy(…).select(…))',
    });
  }
  const at = `cte("${name}")`;
  const [step, options] = typeof others[0] === "function" ? others : [undefined, others[0]];
  const { all, materialized } = readOptions(at, options, step !== undefined);
  const { rows, picked, runner } = readPart(at, query);
  const common: OpenNode = { name, part: { rows, picked }, materialized };
  const source = { kind: "common", common } as const;
  const made = (fields: readonly FieldNode[]): RowsBuilder =>
    derivedRows({ name, source, fields, single: picked.single, runner });
  if (typeof step !== "function") return made(picked.fields);
  const found = (fields: readonly FieldNode[]): Aligned => {
    const next = readPart(
      `${at} step`,
      runLambda(() => step(made(fields))),
    );
    refuseSlice(at, next);
    return alignedParts(all ? "unionAll" : "union", at, [{ rows, picked }, next]);
  };
  // The second time it is known what a step may give besides: NULL, for example.
  const { fields } = found(picked.fields);
  const { parts } = found(fields);
  const [first, second] = parts as [PartNode, PartNode];
  common.part = { rows, picked: { ...first.picked, fields: typed(at, first, fields) } };
  common.step = { part: second, all };
  return made(fields);
}

/** The fields of the first query, as those of all rows. */
function typed(at: string, { picked }: PartNode, all: readonly FieldNode[]): readonly FieldNode[] {
  return picked.fields.map((field, place) => {
    const { facts } = all[place] as FieldNode;
    if (facts.type.kind === field.facts.type.kind) return { ...field, facts };
    throw new UsageError(
      `${at}: the field ${field.property} is ${field.facts.type.kind} at the start and ${facts.type.kind} with its steps`,
      { hint: "give it one type in both, for example with asFloat()" },
    );
  });
}

function readPart(at: string, query: unknown): QueryParts & PartNode {
  const parts = findQuery(query);
  if (parts === undefined || parts.picked === null) {
    throw new UsageError(`${at} expected a query of plain rows, received ${nameOf(query)}`, {
      hint: "select what is needed: cte(name, Post.select((t) => ({ … })))",
    });
  }
  return { ...parts, picked: parts.picked };
}

function refuseSlice(at: string, { rows, picked }: PartNode): void {
  const { order, limit, offset } = rows;
  const sliced = order.length > 0 || limit !== null || offset !== null;
  if (!sliced && picked.groupBy === undefined) return;
  throw new UsageError(`${at}: a step has no order, limit or groups of its own`, {
    hint: "order and cut what cte() gives",
  });
}

function readOptions(at: string, options: unknown, steps: boolean) {
  if (options === undefined) return { all: false, materialized: undefined };
  if (typeof options !== "object" || options === null) {
    throw new UsageError(`${at} takes its options as an object`);
  }
  const { all = false, materialized, ...others } = options as Record<string, unknown>;
  const known = steps ? "materialized and all" : "materialized";
  const [unknown] = Object.keys(others);
  if (unknown !== undefined || (all !== false && !steps)) {
    throw new UsageError(`${at} has no option ${JSON.stringify(unknown ?? "all")}`, {
      hint: `its options are ${known}`,
    });
  }
  if (typeof all !== "boolean" || !["boolean", "undefined"].includes(typeof materialized)) {
    throw new UsageError(`${at}: ${known} are true or false`);
  }
  return { all, materialized: materialized as boolean | undefined };
}
