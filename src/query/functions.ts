/** Functions that begin with no column: cases, the present time, whether a query gives a row. */
import { Decimal } from "../codec/decimal.ts";
import { UsageError } from "../errors/errors.ts";
import type { StorageType } from "../ir/type.ts";
import { Expression } from "./expression.ts";
import { tellMisuse } from "./misuse.ts";
import type { ExpressionNode, PredicateNode, ValueFacts } from "./nodes.ts";
import { notAPredicate, Predicate } from "./predicate.ts";
import { findQuery } from "./subquery.ts";
import { bound, factsOf, findParts, nameOf, normalOf, type Parts } from "./value.ts";

/** The present moment, by the database's clock. */
export function now(): Expression {
  const type: StorageType = { kind: "timestamptz", host: "date" };
  return new Expression(
    { kind: "function", name: "now", operands: [], type },
    factsOf(type, false),
    "now()",
  );
}

/** True when the query gives a row. */
export function exists(query: unknown): Predicate {
  return existsRows(query, "exists", false);
}

/** True when the query gives no row. */
export function notExists(query: unknown): Predicate {
  return existsRows(query, "notExists", true);
}

function existsRows(query: unknown, method: string, negated: boolean): Predicate {
  const parts = findQuery(query);
  if (parts !== undefined) {
    const { rows, picked } = parts;
    // What is read plays no part, unless it is read of groups.
    const grouped = picked?.groupBy === undefined ? {} : { picked };
    return new Predicate({ kind: "existsRows", rows, ...grouped, negated });
  }
  throw new UsageError(`${method}() expected a query, received ${nameOf(query)}`, {
    hint: `write ${method}(Post.where((p) => …))`,
  });
}

/** The one value of a query's first row, as an expression. */
export function scalar(query: unknown): Expression {
  const parts = findQuery(query);
  const [field, second] = parts?.picked?.fields ?? [];
  const picked = parts?.picked;
  if (parts === undefined || picked == null || field === undefined || second !== undefined) {
    throw new UsageError("scalar() expected a query that selects one column", {
      hint:
        query instanceof Promise
          ? "a query inside another is not run: write scalar(Post.select((p) => avg(p.views)))"
          : "write scalar(Post.where((p) => …).select((p) => p.views).limit(1))",
    });
  }
  const rows = { ...parts.rows, limit: Math.min(1, parts.rows.limit ?? 1) };
  const { facts } = field;
  return new Expression(
    { kind: "scalar", rows, picked, type: facts.type },
    { ...facts, nullable: true },
    "scalar(…)",
  );
}

interface Branch {
  readonly when: PredicateNode;
  readonly value: unknown;
}

/** A case whose branches are told one by one; `else` ends it. */
export class CaseBuilder {
  static {
    tellMisuse(CaseBuilder.prototype, () => ({
      what: "a case without its end",
      hint: "end it with .else(value), or .end() for NULL",
    }));
  }

  readonly #branches: readonly Branch[];

  constructor(branches: readonly Branch[]) {
    this.#branches = branches;
  }

  when(condition: unknown, value: unknown): CaseBuilder {
    if (!Predicate.is(condition)) throw notAPredicate(condition, "when()");
    return new CaseBuilder([...this.#branches, { when: Predicate.take(condition), value }]);
  }

  else(value: unknown): Expression {
    const values = [...this.#branches.map((branch) => branch.value), value];
    const facts = commonFacts(values);
    const self: Parts = { node: bound(null, facts.type, "case"), facts, name: "case" };
    const node: ExpressionNode = {
      kind: "case",
      branches: this.#branches.map(({ when, value: given }) => ({
        when,
        result: branchValue(self, given) ?? bound(null, facts.type, "case"),
      })),
      otherwise: branchValue(self, value),
      type: facts.type,
    };
    return new Expression(node, facts, "case");
  }

  end(): Expression {
    return this.else(null);
  }
}

/** The value of the first condition that holds. */
export function caseWhen(condition: unknown, value: unknown): CaseBuilder {
  return new CaseBuilder([]).when(condition, value);
}

function branchValue({ facts, name }: Parts, value: unknown): ExpressionNode | null {
  if (value === null) return null;
  const parts = findParts(value);
  if (parts !== undefined) return parts.node;
  const stored = facts.transform === undefined ? value : facts.transform.toStored(value);
  return bound(normalOf(name, facts.type, stored, "when"), facts.type, name);
}

/** What the values of all branches are: the expressions say it, or the plain values. */
function commonFacts(values: readonly unknown[]): ValueFacts {
  const nullable = values.some((value) => value === null || findParts(value)?.facts.nullable);
  const known = values.flatMap((value) => findParts(value)?.facts ?? []);
  const plain = values.filter((value) => value !== null && findParts(value) === undefined);
  const types = [...known.map(({ type }) => type), ...(known.length > 0 ? [] : plain.map(typeOf))];
  const [first] = types;
  if (first === undefined) throw new UsageError("a case needs a value that is not null");
  const isNumber = (type: StorageType) => type.kind === "integer" || type.kind === "float";
  const type =
    types.find(({ kind }) => kind === "float") !== undefined && types.every(isNumber)
      ? ({ kind: "float" } as const)
      : first;
  if (types.some(({ kind }) => kind !== type.kind && !(isNumber(type) && numbers.has(kind)))) {
    throw new UsageError("the branches of a case have values of different types", {
      hint: "give values of one type, or turn them into text with asText()",
    });
  }
  const transform = known.length === 1 || plain.length === 0 ? known[0]?.transform : undefined;
  return { ...factsOf(type, nullable), ...(transform && { transform }) };
}

const numbers: ReadonlySet<string> = new Set(["integer", "float"]);

/** The type of a plain value. */
export function typeOf(value: unknown): StorageType {
  switch (typeof value) {
    case "string":
      return { kind: "text" };
    case "number":
      return Number.isSafeInteger(value)
        ? { kind: "integer", dbType: "bigint" }
        : { kind: "float" };
    case "bigint":
      return { kind: "bigint" };
    case "boolean":
      return { kind: "boolean" };
    default:
      if (value instanceof Date) return { kind: "timestamptz", host: "date" };
      if (value instanceof Decimal) return { kind: "decimal", precision: null, scale: null };
      if (value instanceof Uint8Array) return { kind: "bytes" };
      throw new UsageError(`a value of a query was ${nameOf(value)}`, {
        hint: "give text, a number, a bigint, a boolean, a Date, a Decimal or bytes",
      });
  }
}
