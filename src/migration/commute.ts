/** Whether two operations of different branches may be run in either order. */
import type { Operation, OperationKind } from "../ir/migration.ts";
import type { SchemaPayload } from "../ir/schema.ts";
import { type Effect, type Effector, effects } from "./effects.ts";

/** Two operations that can't both be meant. */
export interface Conflict {
  readonly left: Operation;
  readonly right: Operation;
  readonly reason: string;
}

/**
 * The pairs of operations that stand in each other's way.
 *
 * Nothing is guessed: SQL by hand and steps in code conflict with everything.
 *
 * @param schema - What both branches begin with. Without it an enum may be the type of any column.
 */
export function findConflicts(
  left: readonly Operation[],
  right: readonly Operation[],
  schema?: SchemaPayload,
): readonly Conflict[] {
  return left.flatMap((a) =>
    right.flatMap((b) => {
      const reason = conflictOf(a, b, schema);
      return reason === null ? [] : [{ left: a, right: b, reason }];
    }),
  );
}

/** Why two operations conflict; null where either order gives the same. */
export function conflictOf(
  left: Operation,
  right: Operation,
  schema?: SchemaPayload,
): string | null {
  const a = effectOf(left, schema);
  const b = effectOf(right, schema);
  if (a.opaque !== undefined || b.opaque !== undefined) {
    return `${a.opaque ?? b.opaque} can't be compared`;
  }
  const both = meet(a.writes, b.writes);
  if (both !== undefined) return `both change ${describe(both)}`;
  const used = meet(a.writes, b.reads) ?? meet(b.writes, a.reads);
  return used === undefined ? null : `one changes ${describe(used)}, which the other uses`;
}

function effectOf(operation: Operation, schema: SchemaPayload | undefined): Effect {
  return (effects[operation.op] as Effector<OperationKind>)(operation, schema);
}

/** Names are paths: a table meets its columns, but two columns of a table don't meet. The longer one is given. */
function meet(left: readonly string[], right: readonly string[]): string | undefined {
  for (const a of left) {
    for (const b of right) {
      if (a === b || a.startsWith(`${b}/`)) return a;
      if (b.startsWith(`${a}/`)) return b;
    }
  }
  return undefined;
}

const words: Readonly<Record<string, string>> = {
  name: "the name",
  key: "the keys of table",
  comment: "the comment of table",
  options: "the options of table",
  points: "the foreign key of",
};

function describe(path: string): string {
  const [kind = "", ...names] = path.split("/").map(decodeURIComponent);
  // The empty name stands for the table by itself.
  const told = names.filter((name) => name !== "").map((name) => `"${name}"`);
  return `${words[kind] ?? kind} ${told.join(".")}`.trimEnd();
}
