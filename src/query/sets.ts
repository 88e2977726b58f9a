/** Queries put together: union, intersect, except. */
import { UsageError } from "../errors/errors.ts";
import type { SetOperator } from "../ir/query.ts";
import { QueryBuilder } from "./builder.ts";
import type { FieldNode, PartNode, RowsNode } from "./nodes.ts";
import { derivedRows, type RowsBuilder } from "./rows.ts";
import type { QueryRunner } from "./runner.ts";
import { alignedParts } from "./set-fields.ts";
import { findQuery, type QueryParts } from "./subquery.ts";
import { nameOf } from "./value.ts";

/**
 * The rows of several queries put together: instances of one model, or plain rows.
 *
 * @throws {UsageError} They read different fields or fields of different types, or not all read the same kind of rows.
 */
export function combined(
  operator: SetOperator,
  queries: readonly unknown[],
): QueryBuilder | RowsBuilder {
  const at = `${operator}()`;
  const parts = queries.map((query) => readPart(at, query));
  const [first] = parts;
  if (first === undefined || parts.length < 2) {
    throw new UsageError(`${at} puts two queries or more together`);
  }
  const runner = commonRunner(at, parts);
  const plain = parts.flatMap(({ rows, picked }) => (picked === null ? [] : [{ rows, picked }]));
  if (plain.length === parts.length) {
    const { parts: aligned, fields, single } = alignedParts(operator, at, plain);
    const name = `${operator}(${[...new Set(parts.map(({ rows }) => rows.model.name))].join(", ")})`;
    const source = { kind: "set", operator, parts: aligned } as const;
    return derivedRows({ name, source, fields, single, runner });
  }
  if (plain.length > 0) {
    throw new UsageError(`${at} was given queries of instances and queries of plain rows`, {
      hint: "select the same fields in all of them",
    });
  }
  const [start] = queries;
  if (!(start instanceof QueryBuilder)) throw new UsageError(`${at} expected queries`);
  return start.among({ kind: "set", operator, parts: keyParts(operator, at, parts) }, runner);
}

function readPart(at: string, query: unknown): QueryParts {
  const parts = findQuery(query);
  if (parts === undefined) {
    throw new UsageError(`${at} expected queries, received ${nameOf(query)}`, {
      hint: `write ${at.slice(0, -1)}Post.where(…), Post.where(…))`,
    });
  }
  const { lock, after, include } = parts.rows as RowsNode & { include?: readonly unknown[] };
  if (lock !== undefined || after !== null || (include !== undefined && include.length > 0)) {
    throw new UsageError(
      `${at} takes no query with include(), after(), forUpdate() or forShare()`,
      {
        hint: `call them on what ${at} gives`,
      },
    );
  }
  return parts;
}

/** What runs the whole: all parts stand in one statement, so they may not name several connections. */
function commonRunner(at: string, parts: readonly QueryParts[]): QueryRunner {
  const [first, ...others] = parts.map(({ runner }) => runner) as [QueryRunner, ...QueryRunner[]];
  const named = [first, ...others].filter(({ connection }) => connection !== undefined);
  const [one = first] = named;
  const other = named.find(({ connection }) => connection !== one.connection);
  if (other === undefined) return one;
  throw new UsageError(
    `${at} was given queries of the connections "${one.connection}" and "${other.connection}"`,
    {
      hint: "one statement runs on one connection; read the rows apart and join them in your program",
    },
  );
}

/** The keys of instances: they tell the rows apart, so nothing else has to be compared. */
function keyParts(
  operator: SetOperator,
  at: string,
  parts: readonly QueryParts[],
): readonly PartNode[] {
  const [first] = parts as [QueryParts];
  const { model } = first.rows;
  const other = parts.find(({ rows }) => rows.model !== model)?.rows.model;
  if (other !== undefined) {
    throw new UsageError(`${at} was given instances of ${model.name} and of ${other.name}`, {
      hint: "select fields of the same names and types in all queries",
    });
  }
  if (operator === "unionAll") {
    throw new UsageError(`${at} would give an instance several times`, {
      hint: "use union(), or select plain rows",
    });
  }
  if (model.primaryKey.length === 0) {
    throw new UsageError(`${at} needs a primary key to tell rows of ${model.name} apart`);
  }
  return parts.map(({ rows }) => {
    const fields = model.primaryKey.map((column): FieldNode => {
      const { property, type, nullable, nullAs } = column;
      const expression = { kind: "column", scope: rows.root, column } as const;
      return { property, expression, facts: { type, nullable, nullAs } };
    });
    return { rows, picked: { fields, single: false, distinct: false } };
  });
}
