/** Whether two operations of different branches may be run in either order. */
import type { Operation } from "../ir/migration.ts";

/** What an operation makes, needs or changes, as names of things. */
interface Effect {
  /** Things that it makes, removes or changes. */
  readonly writes: readonly string[];
  /** Things that must be there, as they are, for it to work. */
  readonly reads: readonly string[];
  /** Why it can't be told, for SQL and code. */
  readonly opaque?: string;
}

/** Two operations that can't both be meant. */
export interface Conflict {
  readonly left: Operation;
  readonly right: Operation;
  readonly reason: string;
}

/**
 * The pairs of operations that stand in each other's way.
 *
 * Nothing is guessed: SQL by hand and steps in code conflict with whatever touches the same
 * tables, as far as their `state` says which those are, else with everything that isn't empty.
 */
export function findConflicts(
  left: readonly Operation[],
  right: readonly Operation[],
): readonly Conflict[] {
  return left.flatMap((a) =>
    right.flatMap((b) => {
      const reason = conflictOf(a, b);
      return reason === null ? [] : [{ left: a, right: b, reason }];
    }),
  );
}

/** Why two operations conflict; null where either order gives the same. */
export function conflictOf(left: Operation, right: Operation): string | null {
  const a = effectOf(left);
  const b = effectOf(right);
  if (a.opaque !== undefined || b.opaque !== undefined) {
    return `${a.opaque ?? b.opaque} can't be compared`;
  }
  const both = meet(a.writes, b.writes);
  if (both !== undefined) return `both change ${describe(both)}`;
  const used = meet(a.writes, b.reads) ?? meet(b.writes, a.reads);
  return used === undefined ? null : `one changes ${describe(used)}, which the other uses`;
}

/** Names are paths: a table meets its columns, but two columns of a table don't meet. */
function meet(left: readonly string[], right: readonly string[]): string | undefined {
  return left.find((a) =>
    right.some((b) => a === b || a.startsWith(`${b}/`) || b.startsWith(`${a}/`)),
  );
}

function describe(path: string): string {
  const [kind, ...names] = path.split("/").map(decodeURIComponent);
  return `${kind} ${names.map((name) => `"${name}"`).join(".")}`;
}

const path = (kind: string, ...names: readonly string[]): string =>
  [kind, ...names.map(encodeURIComponent)].join("/");

function effectOf(operation: Operation): Effect {
  switch (operation.op) {
    case "createTable": {
      const { table } = operation;
      const parents = table.foreignKeys.filter((key) => key.referencedTable !== table.name);
      const indexes = [...table.indexes, ...table.uniques].map(({ name }) => path("name", name));
      return {
        writes: [path("table", table.name), path("name", table.name), ...indexes],
        reads: parents.flatMap((key) =>
          key.referencedColumns.map((column) => path("table", key.referencedTable, column)),
        ),
      };
    }
    case "renameTable":
      return {
        writes: [
          path("table", operation.table),
          path("table", operation.to),
          path("name", operation.to),
        ],
        reads: [],
      };
    case "dropTable":
    case "setTableComment":
      return {
        writes:
          operation.op === "dropTable"
            ? [path("table", operation.table)]
            : [path("comment", operation.table)],
        reads: operation.op === "dropTable" ? [] : [path("table", operation.table, "")],
      };
    case "sql":
    case "data":
      return {
        writes: [],
        reads: [],
        opaque: operation.op === "sql" ? "SQL by hand" : "a step in code",
      };
    case "replaceable":
      return { writes: [path("name", operation.name)], reads: [] };
    case "createObject":
    case "dropObject":
      return { writes: [path("object", operation.object.kind, operation.object.name)], reads: [] };
    case "createEnum":
      return {
        writes: [path("enum", operation.enum.name), path("name", operation.enum.name)],
        reads: [],
      };
    case "dropEnum":
      return { writes: [path("enum", operation.name)], reads: [] };
    case "renameEnum":
      return {
        writes: [
          path("enum", operation.name),
          path("enum", operation.to),
          path("name", operation.to),
        ],
        reads: [],
      };
    case "addEnumValue":
    case "renameEnumValue":
    case "swapEnum":
      // Their order is part of what they are.
      return { writes: [path("enum", operation.enum)], reads: [] };
    default:
      return effectOnTable(operation);
  }
}

type TableOperation = Exclude<
  Operation,
  {
    readonly op:
      | "createTable"
      | "renameTable"
      | "dropTable"
      | "setTableComment"
      | "sql"
      | "data"
      | "replaceable"
      | "createObject"
      | "dropObject"
      | "createEnum"
      | "dropEnum"
      | "renameEnum"
      | "addEnumValue"
      | "renameEnumValue"
      | "swapEnum";
  }
>;

function effectOnTable(operation: TableOperation): Effect {
  const { table } = operation;
  const column = (name: string): string => path("table", table, name);
  // An empty last name is the table itself, as distinct from any column of it.
  const reads = [column("")];
  switch (operation.op) {
    case "addColumn":
      return { writes: [column(operation.column.name)], reads };
    case "renameColumn":
      return { writes: [column(operation.column), column(operation.to)], reads };
    case "dropColumn":
    case "setType":
    case "setNullable":
    case "setDefault":
    case "setGenerated":
    case "setNumbering":
    case "setColumnComment":
      return { writes: [column(operation.column)], reads };
    case "addPrimaryKey":
      return { writes: [path("key", table)], reads: [...reads, ...operation.columns.map(column)] };
    case "dropPrimaryKey":
      return { writes: [path("key", table)], reads };
    case "addUnique":
      return named(table, operation.unique.name, [
        ...reads,
        ...operation.unique.columns.map(column),
      ]);
    case "createIndex": {
      const { index } = operation;
      const expressions =
        index.where !== undefined || (index.keys ?? []).some((key) => "expression" in key);
      // SQL may name any column of its table.
      const used = expressions ? [path("table", table)] : index.columns.map(column);
      return named(table, index.name, [...reads, ...used, ...(index.include ?? []).map(column)]);
    }
    case "addCheck": {
      const { check } = operation;
      const used = check.kind === "values" ? column(check.column) : path("table", table);
      return named(table, check.name, [...reads, used]);
    }
    case "addForeignKey": {
      const { name, columns, referencedTable, referencedColumns } = operation.foreignKey;
      const target = referencedColumns.map((each) => path("table", referencedTable, each));
      return named(table, name, [...reads, ...columns.map(column), ...target]);
    }
    case "addExclude":
      return named(table, operation.exclude.name, [...reads, path("table", table)]);
    case "dropUnique":
    case "dropCheck":
    case "dropForeignKey":
    case "dropExclude":
    case "dropIndex":
    case "validate":
      return named(table, operation.name, reads);
    case "renameConstraint":
    case "renameIndex":
      return {
        writes: [path("name", operation.name), path("name", operation.to)],
        reads,
      };
    case "backfill": {
      const written = Object.keys(operation.set).map(column);
      return { writes: written, reads: [...reads, path("table", table)] };
    }
  }
}

function named(_table: string, name: string, reads: readonly string[]): Effect {
  return { writes: [path("name", name)], reads };
}
