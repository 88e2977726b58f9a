/** The first row of each group, as rows that are found by their keys. */
import type { ColumnDefinition } from "../definition/definition.ts";
import { UsageError } from "../errors/errors.ts";
import type { StorageType } from "../ir/type.ts";
import { refuseBeside } from "./beside.ts";
import { scopeColumns, unknownField } from "./columns.ts";
import { isSortable } from "./compare.ts";
import { derivedModel } from "./derived.ts";
import { runLambda } from "./lambda.ts";
import { refuseSecondLambda } from "./more-arguments.ts";
import type { ExpressionNode, FieldNode, RowsNode } from "./nodes.ts";
import { keyOrder } from "./order.ts";
import { Scope } from "./scope.ts";
import { bound, factsOf, findParts, nameOf } from "./value.ts";

const integer: StorageType = { kind: "integer", dbType: "bigint" };

/**
 * Reads what rows are told apart by: a lambda that gives expressions, or names of columns.
 *
 * @throws {UsageError} There is none, or one has no values that can be told apart.
 */
export function readDistinctOn(
  { model, root }: RowsNode,
  keys: readonly unknown[],
): readonly ExpressionNode[] {
  const at = `${model.name}.distinctOn()`;
  if (model.primaryKey.length === 0) {
    throw new UsageError(`${at} needs a primary key to find rows by`);
  }
  const columns = scopeColumns(root);
  const [first] = keys;
  refuseSecondLambda(at, keys);
  const made =
    typeof first === "function"
      ? runLambda(() => first(columns))
      : keys.map((name) => {
          if (typeof name === "string" && model.byProperty.has(name)) return columns[name];
          throw unknownField(model, String(name));
        });
  const parts = (Array.isArray(made) ? made : [made]).map((part: unknown) => {
    const found = findParts(part);
    if (found !== undefined && isSortable(found.facts.type)) return found.node;
    const what = found === undefined ? nameOf(part) : found.facts.type.kind;
    throw new UsageError(`${at} expected columns, or expressions of them, received ${what}`, {
      hint: "write distinctOn((t) => t.authorId) or distinctOn((t) => [t.authorId, t.kind])",
    });
  });
  if (parts.length === 0) throw new UsageError(`${at} was given nothing to tell rows apart by`);
  return parts;
}

/** Rows of which one for each group is chosen, as those whose keys are among the chosen ones; others as they are. */
export function chosenRows<Rows extends RowsNode>(rows: Rows): Rows {
  const { model, root, order, distinctOn } = rows;
  if (distinctOn === undefined) return rows;
  refuseBeside(rows, "distinctOn()");
  const whole = { order: [], limit: null, offset: null, after: null };
  const all: RowsNode = rows;
  const inner: RowsNode = { ...all, ...whole, distinctOn: undefined };
  const place: ExpressionNode = {
    kind: "window",
    call: "rowNumber",
    operands: [],
    partitionBy: distinctOn,
    orderBy: [...order, ...keyOrder(model, root)],
    frame: null,
    type: integer,
  };
  const fields = [
    ...model.primaryKey.map((column) => fieldOf(root, column)),
    { property: "", expression: place, facts: factsOf(integer, false) },
  ];
  const numbered = derivedModel(model.name, fields);
  const scope = new Scope(numbered);
  const columns = numbered.columns.map((column) => fieldOf(scope, column));
  const [number, ...key] = [columns.at(-1) as FieldNode, ...columns.slice(0, -1)];
  const first: RowsNode = {
    model: numbered,
    root: scope,
    ...whole,
    where: [
      {
        kind: "compare",
        operator: "=",
        left: number.expression,
        right: bound(1, integer, "distinctOn"),
      },
    ],
    link: null,
    source: {
      kind: "query",
      part: { rows: inner, picked: { fields, single: false, distinct: false } },
    },
  };
  return {
    ...rows,
    where: [],
    link: null,
    // The model's own condition chose among the rows already.
    unscoped: true,
    distinctOn: undefined,
    among: {
      kind: "query",
      part: { rows: first, picked: { fields: key, single: false, distinct: false } },
    },
  };
}

function fieldOf(scope: Scope, column: ColumnDefinition): FieldNode {
  const { property, type, nullable, nullAs } = column;
  return {
    property,
    expression: { kind: "column", scope, column },
    facts: { type, nullable, nullAs },
  };
}
