/** Replays operations on enum types. A type's values stand in its columns and their checks as well. */
import { sameList } from "../util/lists.ts";
import { type Applier, refuse, withNew, without } from "./edit.ts";
import type { CheckIr, ColumnIr, EnumIr, SchemaPayload, TableIr } from "./schema.ts";
import type { StorageType } from "./type.ts";

type EnumOperation =
  | "createEnum"
  | "dropEnum"
  | "renameEnum"
  | "addEnumValue"
  | "renameEnumValue"
  | "swapEnum";

export const enumAppliers: { readonly [Kind in EnumOperation]: Applier<Kind> } = {
  createEnum: (schema, operation) => ({
    ...schema,
    enums: withNew(schema.enums, operation.enum, "the enum type"),
  }),
  dropEnum: (schema, { name }) => {
    const user = schema.tables.find((table) => enumColumns(table, name).length > 0);
    if (user !== undefined) {
      throw refuse(
        `the enum type "${name}" is still used by table "${user.name}"`,
        "change the type of its columns, or drop them, before the type",
      );
    }
    return { ...schema, enums: without(schema.enums, name, "enum type") };
  },
  renameEnum: (schema, { name, to }) => {
    const { values } = enumOf(schema, name);
    const enums = withNew(
      without(schema.enums, name, "enum type"),
      { name: to, values },
      "the enum type",
    );
    return retype({ ...schema, enums }, name, (type) => ({ ...type, name: to }));
  },
  addEnumValue: (schema, operation) => {
    const { values } = enumOf(schema, operation.enum);
    const { value, before } = operation;
    if (values.includes(value)) {
      throw refuse(`the enum type "${operation.enum}" has the value "${value}" already`);
    }
    const at = before === undefined ? values.length : values.indexOf(before);
    if (at === -1) throw refuse(`the enum type "${operation.enum}" has no value "${before}"`);
    return setValues(schema, operation.enum, values.toSpliced(at, 0, value));
  },
  renameEnumValue: (schema, operation) => {
    const { value, to } = operation;
    const { values } = enumOf(schema, operation.enum);
    if (!values.includes(value) || values.includes(to)) {
      const problem = values.includes(value)
        ? `has the value "${to}" already`
        : `has no "${value}"`;
      throw refuse(`the enum type "${operation.enum}" ${problem}`);
    }
    const renamed = setValues(
      schema,
      operation.enum,
      values.map((each) => (each === value ? to : each)),
    );
    return eachEnumColumn(renamed, operation.enum, (column) =>
      column.default?.kind === "literal" && column.default.value === value
        ? { ...column, default: { kind: "literal", value: to } }
        : column,
    );
  },
  swapEnum: (schema, operation) => {
    enumOf(schema, operation.enum);
    if (operation.values.length === 0) {
      throw refuse(`the enum type "${operation.enum}" would have no values`, "list at least one");
    }
    return setValues(schema, operation.enum, operation.values);
  },
};

/** The enum type of a name. */
export function enumOf(schema: SchemaPayload, name: string): EnumIr {
  const found = schema.enums.find((each) => each.name === name);
  if (found === undefined) throw refuse(`there is no enum type "${name}"`);
  return found;
}

/** The columns that hold an enum type's values, or arrays of them. */
export function enumColumns(table: TableIr, name: string): readonly ColumnIr[] {
  return table.columns.filter(({ type }) => isOf(type, name));
}

function isOf(type: StorageType, name: string): boolean {
  if (type.kind === "array") return isOf(type.element, name);
  return type.kind === "enum" && type.name === name && type.dbType === undefined;
}

function setValues(schema: SchemaPayload, name: string, values: readonly string[]): SchemaPayload {
  const before = enumOf(schema, name).values;
  const enums = schema.enums.map((each) => (each.name === name ? { name, values } : each));
  const tables = schema.tables.map((table): TableIr => {
    const columns = enumColumns(table, name).map((column) => column.name);
    if (columns.length === 0) return table;
    const checks = table.checks.map(
      (check): CheckIr =>
        check.kind === "values" && columns.includes(check.column) && sameList(check.values, before)
          ? { ...check, values }
          : check,
    );
    return { ...table, checks };
  });
  return retype({ ...schema, enums, tables }, name, (type) => ({ ...type, values }));
}

type EnumType = Extract<StorageType, { kind: "enum" }>;

function retype(
  schema: SchemaPayload,
  name: string,
  edit: (type: EnumType) => EnumType,
): SchemaPayload {
  const within = (type: StorageType): StorageType => {
    if (type.kind === "array") return { ...type, element: within(type.element) };
    return type.kind === "enum" ? edit(type) : type;
  };
  return eachEnumColumn(schema, name, (column) => ({ ...column, type: within(column.type) }));
}

function eachEnumColumn(
  schema: SchemaPayload,
  name: string,
  edit: (column: ColumnIr) => ColumnIr,
): SchemaPayload {
  const tables = schema.tables.map((table) =>
    table.columns.some(({ type }) => isOf(type, name))
      ? {
          ...table,
          columns: table.columns.map((column) => (isOf(column.type, name) ? edit(column) : column)),
        }
      : table,
  );
  return { ...schema, tables };
}
