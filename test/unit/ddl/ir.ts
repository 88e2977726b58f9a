/** SchemaIR by hand, short enough to read in a test. */
import type {
  ColumnIr,
  ForeignKeyIr,
  SchemaIr,
  SchemaPayload,
  TableIr,
} from "../../../src/ir/schema.ts";
import type { StorageType } from "../../../src/ir/type.ts";

export const integer = { kind: "integer" } as const;
export const text = { kind: "text" } as const;

export function schema(tables: readonly TableIr[], enums: SchemaPayload["enums"] = []): SchemaIr {
  return { irKind: "schema", irVersion: 1, payload: { tables, enums } };
}

export function table(
  name: string,
  columns: readonly ColumnIr[],
  facts: Partial<TableIr> = {},
): TableIr {
  return {
    name,
    model: null,
    comment: null,
    columns,
    primaryKey: [],
    foreignKeys: [],
    uniques: [],
    indexes: [],
    checks: [],
    ...facts,
  };
}

export function column(
  name: string,
  type: StorageType = text,
  facts: Partial<ColumnIr> = {},
): ColumnIr {
  return {
    name,
    type,
    nullable: false,
    autoincrement: false,
    default: null,
    generated: null,
    comment: null,
    renamedFrom: null,
    ...facts,
  };
}

export function id(type: StorageType = integer): ColumnIr {
  return column("id", type, { autoincrement: true });
}

export function foreignKey(
  columns: readonly string[],
  referencedTable: string,
  facts: Partial<ForeignKeyIr> = {},
): ForeignKeyIr {
  return {
    name: `fk_${columns.join("_")}_${referencedTable}`,
    columns,
    referencedTable,
    referencedColumns: columns.length === 1 ? ["id"] : columns,
    onDelete: "CASCADE",
    onUpdate: "NO ACTION",
    ...facts,
  };
}
