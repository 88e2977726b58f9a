/** The operations that take one back, or why there are none. */
import { applyOperation } from "./apply.ts";
import { enumOf } from "./apply-enum.ts";
import { columnOf, tableOf } from "./edit.ts";

import type { Operation, OperationKind, OperationOf } from "./migration.ts";
import type { SchemaPayload, TableIr } from "./schema.ts";

/** What takes an operation back, in order; or, as text, why nothing can. */
export type Inverse = readonly Operation[] | { readonly irreversible: string };

/**
 * The inverse of an operation: applied after it, the schema is as it was before.
 *
 * What an operation removed from rows doesn't come back, so those that remove
 * values have no inverse. Values that a backfill or a step in code wrote stay.
 *
 * @param before - The schema that the operation was applied to.
 */
export function invertOperation(before: SchemaPayload, operation: Operation): Inverse {
  const inverter = inverters[operation.op] as Inverter<OperationKind>;
  return inverter(operation, before);
}

type Inverter<Kind extends OperationKind> = (
  operation: OperationOf<Kind>,
  before: SchemaPayload,
) => Inverse;

const inverters: { readonly [Kind in OperationKind]: Inverter<Kind> } = {
  createTable: ({ table }) => [{ op: "dropTable", table: table.name }],
  dropTable: ({ table }) => lost(`the rows of table "${table}" are gone`),
  renameTable: ({ table, to }) => [{ op: "renameTable", table: to, to: table }],
  setTableComment: ({ table }, before) => [
    { op: "setTableComment", table, comment: tableOf(before, table).comment },
  ],
  setTableOptions: ({ op, table, destructive: _, allow: __, ...options }, before) => {
    const was = tableOf(before, table);
    const back = Object.keys(options) as readonly (keyof typeof options)[];
    return [{ op, table, ...Object.fromEntries(back.map((name) => [name, was[name] === true])) }];
  },
  addColumn: ({ table, column }) => [{ op: "dropColumn", table, column: column.name }],
  dropColumn: ({ table, column, keep }, before) => {
    const was = columnOf(tableOf(before, table), column);
    // A generated column's values are worked out anew.
    if (was.generated !== null) return [{ op: "addColumn", table, column: was }];
    return keep === true
      ? lost(`column "${table}"."${column}" was set aside; bring it back by hand`)
      : lost(`the values of column "${table}"."${column}" are gone`);
  },
  renameColumn: ({ table, column, to }) => [{ op: "renameColumn", table, column: to, to: column }],
  setType: ({ table, column, using }, before) => {
    if (using !== undefined) {
      return lost(`the values of column "${table}"."${column}" were converted by an expression`);
    }
    const { type, nativeType, collation } = columnOf(tableOf(before, table), column);
    return [
      {
        op: "setType",
        table,
        column,
        type,
        ...(nativeType !== undefined && { nativeType }),
        ...(collation !== undefined && { collation }),
      },
    ];
  },
  setNullable: ({ table, column }, before) => [
    {
      op: "setNullable",
      table,
      column,
      nullable: columnOf(tableOf(before, table), column).nullable,
    },
  ],
  setDefault: ({ table, column }, before) => [
    { op: "setDefault", table, column, default: columnOf(tableOf(before, table), column).default },
  ],
  setGenerated: ({ table, column }, before) => {
    const { generated } = columnOf(tableOf(before, table), column);
    if (generated === null) {
      return lost(`the values that column "${table}"."${column}" had are gone`);
    }
    return [{ op: "setGenerated", table, column, generated }];
  },
  setNumbering: ({ table, column }, before) => {
    const { autoincrement, numbering } = columnOf(tableOf(before, table), column);
    return [
      {
        op: "setNumbering",
        table,
        column,
        autoincrement,
        ...(numbering !== undefined && { numbering }),
      },
    ];
  },
  setColumnComment: ({ table, column }, before) => [
    {
      op: "setColumnComment",
      table,
      column,
      comment: columnOf(tableOf(before, table), column).comment,
    },
  ],
  addPrimaryKey: ({ table, columns }, before) => {
    const was = tableOf(before, table);
    const freed = columns.filter((name) => columnOf(was, name).nullable);
    return [
      { op: "dropPrimaryKey", table },
      ...freed.map((column): Operation => ({ op: "setNullable", table, column, nullable: true })),
    ];
  },
  dropPrimaryKey: ({ table }, before) => {
    const { primaryKey, primaryKeyName: name } = tableOf(before, table);
    return [
      { op: "addPrimaryKey", table, columns: primaryKey, ...(name !== undefined && { name }) },
    ];
  },
  addUnique: ({ table, unique }) => [{ op: "dropUnique", table, name: unique.name }],
  dropUnique: ({ table, name }, before) =>
    found(tableOf(before, table).uniques, name, (unique) => ({ op: "addUnique", table, unique })),
  addCheck: ({ table, check }) => [{ op: "dropCheck", table, name: check.name }],
  dropCheck: ({ table, name }, before) =>
    found(tableOf(before, table).checks, name, (check) => ({ op: "addCheck", table, check })),
  addForeignKey: ({ table, foreignKey }) => [
    { op: "dropForeignKey", table, name: foreignKey.name },
  ],
  dropForeignKey: ({ table, name }, before) =>
    found(tableOf(before, table).foreignKeys, name, (foreignKey) => ({
      op: "addForeignKey",
      table,
      foreignKey,
    })),
  addExclude: ({ table, exclude }) => [{ op: "dropExclude", table, name: exclude.name }],
  dropExclude: ({ table, name }, before) =>
    found(tableOf(before, table).excludes ?? [], name, (exclude) => ({
      op: "addExclude",
      table,
      exclude,
    })),
  renameConstraint: ({ table, name, to }, before) => renamedBack(tableOf(before, table), name, to),
  validate: ({ table, name }, before) => {
    const { foreignKeys, checks } = tableOf(before, table);
    const foreignKey = foreignKeys.find((each) => each.name === name);
    const check = checks.find((each) => each.name === name);
    if (foreignKey?.notValid === true) {
      return [
        { op: "dropForeignKey", table, name },
        { op: "addForeignKey", table, foreignKey },
      ];
    }
    if (check?.kind !== "sql" || check.notValid !== true) return [];
    return [
      { op: "dropCheck", table, name },
      { op: "addCheck", table, check },
    ];
  },
  createIndex: ({ table, index }) => [{ op: "dropIndex", table, name: index.name }],
  dropIndex: ({ table, name }, before) =>
    found(tableOf(before, table).indexes, name, (index) => ({ op: "createIndex", table, index })),
  renameIndex: ({ table, name, to }) => [{ op: "renameIndex", table, name: to, to: name }],
  createEnum: (operation) => [{ op: "dropEnum", name: operation.enum.name }],
  dropEnum: ({ name }, before) => [{ op: "createEnum", enum: enumOf(before, name) }],
  renameEnum: ({ name, to }) => [{ op: "renameEnum", name: to, to: name }],
  addEnumValue: (operation, before) => [
    {
      op: "swapEnum",
      enum: operation.enum,
      values: enumOf(before, operation.enum).values,
    },
  ],
  renameEnumValue: (operation) => [
    {
      op: "renameEnumValue",
      enum: operation.enum,
      value: operation.to,
      to: operation.value,
    },
  ],
  swapEnum: (operation, before) => {
    const mapped = Object.keys(operation.mapping ?? {});
    if (mapped.length > 0) {
      return lost(`rows that held ${mapped.join(", ")} of "${operation.enum}" were changed`);
    }
    return [
      { op: "swapEnum", enum: operation.enum, values: enumOf(before, operation.enum).values },
    ];
  },
  createObject: ({ object }) => [
    { op: "dropObject", object: { kind: object.kind, name: object.name } },
  ],
  dropObject: ({ object: { kind, name } }, before) => {
    const object = before.objects?.find((each) => each.kind === kind && each.name === name);
    return object === undefined ? [] : [{ op: "createObject", object }];
  },
  replaceable: ({ name }) => lost(`what "${name}" was before isn't known`),
  sql: (operation, before) => {
    const { down, state = [], transaction } = operation;
    if (down === undefined) return lost("the SQL by hand has no `down`");
    const inverse = invertOperations(before, state);
    if (!isOperations(inverse)) return inverse;
    return [
      {
        op: "sql",
        ...down,
        ...(inverse.length > 0 && { state: inverse }),
        ...(transaction !== undefined && { transaction }),
      },
    ];
  },
  backfill: () => [],
  data: () => [],
};

/** The inverse of several operations, the last taken back first; or why one of them has none. */
export function invertOperations(before: SchemaPayload, operations: readonly Operation[]): Inverse {
  let state = before;
  const inverse: Operation[] = [];
  for (const operation of operations) {
    const back = invertOperation(state, operation);
    if (!isOperations(back)) return { irreversible: `${operation.op}: ${back.irreversible}` };
    inverse.unshift(...back);
    state = applyOperation(state, operation);
  }
  return inverse;
}

/** Whether there is an inverse. */
export function isOperations(inverse: Inverse): inverse is readonly Operation[] {
  return Array.isArray(inverse);
}

function lost(irreversible: string): Inverse {
  return { irreversible };
}

function found<T extends { readonly name: string }>(
  list: readonly T[],
  name: string,
  make: (item: T) => Operation,
): Inverse {
  const item = list.find((each) => each.name === name);
  return item === undefined ? [] : [make(item)];
}

/** A constraint that had no name of its own gets it back by being made anew. */
function renamedBack(table: TableIr, name: string, to: string): Inverse {
  const foreignKey = table.foreignKeys.find((key) => key.name === name && key.named !== true);
  if (foreignKey !== undefined) {
    return [
      { op: "dropForeignKey", table: table.name, name: to },
      { op: "addForeignKey", table: table.name, foreignKey },
    ];
  }
  const check = table.checks.find(
    (each) => each.name === name && each.kind === "sql" && each.unnamed === true,
  );
  if (check !== undefined) {
    return [
      { op: "dropCheck", table: table.name, name: to },
      { op: "addCheck", table: table.name, check },
    ];
  }
  return [{ op: "renameConstraint", table: table.name, name: to, to: name }];
}
