import {
  type IdentifierNode,
  type OperationNode,
  PostgresQueryCompiler,
  RawNode,
  type SchemableIdentifierNode,
} from "kysely";
import type { ArithmeticOperator, TextMatch } from "../../ir/query.ts";
import type { StorageType } from "../../ir/type.ts";
import type { BoundSlot, Operand, SlotForm, SqlDialect } from "../../sql/dialect.ts";
import { compareMillisecond, isDateHost } from "../../sql/instant.ts";
import { binary, castTo, parens, placeholder, text } from "../../sql/nodes.ts";
import { quoteIdentifier, quoteQualified } from "../../util/identifier.ts";
import { unreachable } from "../../util/unreachable.ts";
import { postgresAggregate, postgresCall } from "./calls.ts";
import { postgresDdl } from "./ddl.ts";
import { postgresJson } from "./json.ts";
import { postgresListElementSql, postgresListType } from "./lists.ts";

class Compiler extends PostgresQueryCompiler {
  readonly #places = new Map<string, number>();

  /**
   * A value that stands at several places is one parameter: only so the server sees that
   * a key of GROUP BY and what is selected are the same.
   */
  protected override appendValue(value: unknown): void {
    const { index, form, type, nullable } = value as BoundSlot;
    const key = `${index} ${form} ${nullable} ${type === null ? "" : castType(type)}`;
    const place = this.#places.get(key);
    if (place === undefined) {
      super.appendValue(value);
      this.#places.set(key, this.numParameters);
    } else {
      this.append(`$${place}`);
    }
  }

  protected override visitIdentifier(node: IdentifierNode): void {
    this.append(quoteIdentifier(node.name));
  }

  /** The name of a table, which may have a schema before it. */
  protected override visitSchemableIdentifier(node: SchemableIdentifierNode): void {
    this.append(quoteQualified(node.identifier.name));
  }
}

const strengths = { update: "update", share: "share" } as const;
const waits = { wait: "", skip: " skip locked", fail: " nowait" } as const;

/** How PostgreSQL says it. */
export const postgresSql: SqlDialect = {
  placeholder: (position) => `$${position}`,
  placeholderMarks: "",
  quote: (identifier) => quoteIdentifier(identifier),
  createCompiler: () => new Compiler(),
  infers: (slot, column) => castType(slot) === castType(column),
  cast,
  comparable: (_operator, { node }) => node,
  compare: (operator, left, right) =>
    compareMillisecond(operator, left, right, {
      start: cast,
      end: (slot) => text`${cast(slot)} + interval '1 millisecond'`,
    }),
  // The column itself rounds and checks.
  stored: ({ node }) => node,
  inList,
  match,
  call: (node, operands) => postgresCall(node, operands, castType),
  aggregate: postgresAggregate,
  arithmetic,
  ...postgresJson,
  typed: (node, type) => castTo(node, castType(type)),
  canonical: ({ node }) => node,
  sortKey: ({ node }) => node,
  unlimited: null,
  count: placeholder,
  lock: ({ strength, locked }, alias) =>
    RawNode.createWithSql(
      `for ${strengths[strength]} of ${quoteIdentifier(alias)}${waits[locked]}`,
    ),
  returnsByTable: false,
  // Only an updated row was locked by the statement first.
  inserted: text`xmax = 0`,
  unnest,
};

/**
 * The type that a bound value is cast to. Without lengths and precisions, since a cast
 * to those would cut or round the value; storing it in the column checks them.
 */
function castType(type: StorageType): string {
  switch (type.kind) {
    case "decimal":
      return "numeric";
    case "text":
      return "text";
    case "timestamptz":
    case "timestamp":
      return type.kind;
    case "uuid":
      return type.dbType === undefined || type.dbType === "uuid" ? "uuid" : "text";
    case "enum":
      return postgresDdl.isNativeEnum(type) || isNumeric(type)
        ? postgresDdl.columnType(type)
        : "text";
    case "array":
      return `${castType(type.element)}[]`;
    case "raw":
      return withoutLength(type.declared);
    default:
      return postgresDdl.columnType(type);
  }
}

/** `bit(3)` would cut a value, and `bit` alone is `bit(1)`. */
function withoutLength(declared: string): string {
  if (declared.startsWith('"')) return declared;
  return declared.replace(/^bit(?! varying)/, "bit varying").replace(/\([^)]*\)/, "");
}

function isNumeric({ values }: Extract<StorageType, { kind: "enum" }>): boolean {
  return values.every((value) => typeof value === "number");
}

/** Two integers of 4 bytes give one of 4 bytes, or an error: where more is wanted, one of them is made wide. */
function arithmetic(
  operator: ArithmeticOperator,
  left: Operand,
  right: Operand,
  type: StorageType,
): OperationNode {
  const narrow = isNarrow(left.type) && isNarrow(right.type) && !isNarrow(type);
  const first = narrow ? castTo(left.node, "bigint") : left.node;
  return parens(binary(first, operator, right.node));
}

function isNarrow(type: StorageType | null): boolean {
  return type?.kind === "integer" && type.dbType !== "bigint";
}

function cast(slot: BoundSlot): OperationNode {
  if (slot.type === null) return placeholder(slot);
  if (slot.form === "list") return list(slot, slot.type);
  return castTo(placeholder(slot), castType(slot.type));
}

function list(slot: BoundSlot, type: StorageType): OperationNode {
  return castTo(placeholder(slot), postgresListType(type, castType(type)));
}

function inList({ node, type }: Operand, values: BoundSlot): OperationNode {
  const element = values.type;
  if (element === null) return text`${node} = any(${placeholder(values)})`;
  if (element.kind === "array") {
    // any() would take an array of arrays for one flat list.
    return text`${node} in (select ${elementSql(element, '"e"')} from unnest(${list(values, element)}) as "l"("e"))`;
  }
  const value = isDateHost(type) ? text`date_trunc('milliseconds', ${node})` : node;
  return text`${value} = any(${list(values, element)})`;
}

function match(
  how: TextMatch,
  { node, type }: Operand,
  pattern: BoundSlot,
  ignoreCase: boolean,
): OperationNode {
  const like = RawNode.createWithSql(ignoreCase ? "ilike" : "like");
  const value = type === null || castType(type) === "text" ? node : castTo(node, "text");
  switch (how) {
    case "like":
      return text`${value} like ${bind(pattern, "likePattern")}`;
    case "ilike":
      return text`${value} ilike ${bind(pattern, "likePattern")}`;
    case "startsWith":
      return text`${value} ${like} ${bind(pattern, "likePrefix")} escape '!'`;
    case "endsWith":
      return text`${value} ${like} ${bind(pattern, "likeSuffix")} escape '!'`;
    case "contains":
      return text`${value} ${like} ${bind(pattern, "likeInfix")} escape '!'`;
    default:
      return unreachable(how);
  }
}

function bind(slot: BoundSlot, form: SlotForm): OperationNode {
  return placeholder({ ...slot, form });
}

/** One array for each column; arrays travel as text and are cast one by one. */
function unnest(lists: readonly BoundSlot[]): OperationNode {
  const columns = lists.map((slot, position) => {
    const type = slot.type ?? { kind: "text" };
    const name = `"c${position}"`;
    return {
      list: list(slot, type),
      name,
      value: elementSql(type, name),
      plain: type.kind !== "array",
    };
  });
  const arrays = RawNode.create(
    ["", ...columns.slice(1).map(() => ", "), ""],
    columns.map((column) => column.list),
  );
  if (columns.every(({ plain }) => plain)) return text`select * from unnest(${arrays})`;
  const values = RawNode.create(
    ["", ...columns.slice(1).map(() => ", "), ""],
    columns.map(({ value }) => value),
  );
  const names = RawNode.createWithSql(columns.map(({ name }) => name).join(", "));
  return text`select ${values} from unnest(${arrays}) as "r"(${names})`;
}

/** An element of a list as a value of its type; `reference` is a name of ours. */
function elementSql(type: StorageType, reference: string): OperationNode {
  return RawNode.createWithSql(postgresListElementSql(type, reference, castType(type)));
}
