/** Plans operations on enum types. */
import { emitDefault } from "../../ddl/column.ts";
import { enumColumns, enumOf } from "../../ir/apply-enum.ts";
import type { Operation, OperationOf } from "../../ir/migration.ts";
import type { ColumnIr, TableIr } from "../../ir/schema.ts";
import {
  bareName,
  nameBeside,
  quoteIdentifier as quote,
  quoteQualified,
  utf8Prefix,
} from "../../util/identifier.ts";
import { postgresDdl, quoteText } from "./ddl.ts";
import type { PlanContext, Planner } from "./plan-context.ts";
import { dropDependents, restoreDependents } from "./plan-dependents.ts";
import { alter } from "./plan-names.ts";

type EnumOperation =
  | "createEnum"
  | "dropEnum"
  | "renameEnum"
  | "addEnumValue"
  | "renameEnumValue"
  | "swapEnum";

export const enumPlanners: { readonly [Kind in EnumOperation]: Planner<Kind> } = {
  createEnum: (operation, { plan }) => {
    const { name, values } = operation.enum;
    plan.add(createType(name, values), operation);
  },
  dropEnum: (operation, { plan }) =>
    plan.add(`DROP TYPE ${quoteQualified(operation.name)}`, operation),
  renameEnum: (operation, { plan }) =>
    plan.add(
      `ALTER TYPE ${quoteQualified(operation.name)} RENAME TO ${quote(bareName(operation.to))}`,
      operation,
    ),
  addEnumValue: (operation, { plan }) => {
    // A new value can be used only once it is committed.
    const where = operation.before === undefined ? "" : ` BEFORE ${quoteText(operation.before)}`;
    plan.cut();
    plan.add(
      `ALTER TYPE ${quoteQualified(operation.enum)} ADD VALUE ${quoteText(operation.value)}${where}`,
      operation,
    );
    plan.cut();
  },
  renameEnumValue: (operation, { plan }) =>
    plan.add(
      `ALTER TYPE ${quoteQualified(operation.enum)} RENAME VALUE ${quoteText(operation.value)} TO ${quoteText(operation.to)}`,
      operation,
    ),
  swapEnum: (operation, context) => {
    const { plan, before } = context;
    const aside = nameBeside(
      operation.enum,
      utf8Prefix(`ferro_new_${bareName(operation.enum)}`, 63),
    );
    plan.cut();
    plan.add(createType(aside, enumOf(context.after, operation.enum).values), operation);
    const here = { ...context, on: alwaysHere(context) };
    const restore = before.tables.flatMap((table) =>
      enumColumns(table, operation.enum).map((column) =>
        swapIn(operation, here, table, column, aside),
      ),
    );
    plan.add(`DROP TYPE ${quoteQualified(operation.enum)}`, operation);
    plan.add(
      `ALTER TYPE ${quoteQualified(aside)} RENAME TO ${quote(bareName(operation.enum))}`,
      operation,
    );
    // Last of all, since their SQL may name the type.
    for (const each of restore) each();
    plan.setAside({ types: [operation.enum] });
    plan.cut();
  },
};

/** Until no column has the old type, nothing may be committed. */
function alwaysHere({ plan }: PlanContext): PlanContext["on"] {
  return (_table, sql, operation) => plan.add(sql, operation);
}

/** Gives a column the new type; what stood on it is made again by what is given back. */
function swapIn(
  operation: OperationOf<"swapEnum">,
  context: PlanContext,
  { name: table }: TableIr,
  column: ColumnIr,
  aside: string,
): () => void {
  const { plan } = context;
  const dependents = dropDependents(context, table, column.name, operation, "expressions");
  const head = `${alter(table)} ALTER COLUMN ${quote(column.name)}`;
  if (column.default !== null) plan.add(`${head} DROP DEFAULT`, operation);
  const type = `${quoteQualified(aside)}${column.type.kind === "array" ? "[]" : ""}`;
  plan.add(`${head} TYPE ${type} USING ${mapped(operation, column)}::${type}`, operation);
  plan.setAside({ columns: [{ table, column: column.name }] });
  return () => {
    if (keepsDefault(operation, context, table, column)) {
      const value = emitDefault(column, column.default, postgresDdl);
      plan.add(`${head} SET DEFAULT ${value}`, operation);
    }
    restoreDependents(context, table, dependents, operation);
  };
}

/** The values as text, removed ones replaced. */
function mapped(operation: OperationOf<"swapEnum">, column: ColumnIr): string {
  const name = quote(column.name);
  const entries = Object.entries(operation.mapping ?? {});
  const text = (value: string | null): string => (value === null ? "NULL" : quoteText(value));
  if (column.type.kind === "array") {
    return entries.reduce(
      (inner, [from, to]) => `pg_catalog.array_replace(${inner}, ${text(from)}, ${text(to)})`,
      `${name}::text[]`,
    );
  }
  if (entries.length === 0) return `${name}::text`;
  const cases = entries.map(([from, to]) => `WHEN ${text(from)} THEN ${text(to)}`);
  return `(CASE ${name}::text ${cases.join(" ")} ELSE ${name}::text END)`;
}

/** A default stays unless another is set later, or its value is gone. */
function keepsDefault(
  operation: OperationOf<"swapEnum">,
  { rest }: PlanContext,
  table: string,
  column: ColumnIr,
): column is ColumnIr & { readonly default: NonNullable<ColumnIr["default"]> } {
  const { default: value } = column;
  if (value === null) return false;
  const later = (next: Operation): boolean =>
    next.op === "setDefault" && next.table === table && next.column === column.name;
  return (
    !rest.some(later) && (value.kind === "sql" || operation.values.includes(String(value.value)))
  );
}

function createType(name: string, values: readonly string[]): string {
  return `CREATE TYPE ${quoteQualified(name)} AS ENUM (${values.map(quoteText).join(", ")})`;
}
