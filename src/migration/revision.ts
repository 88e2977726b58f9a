/** What a migration file exports. */
import { UsageError } from "../errors/errors.ts";
import type { Operation } from "../ir/migration.ts";

/** A revision as it is written. */
export interface RevisionSpec {
  /** 12 hexadecimal digits, random: `ferro revision` makes them. */
  readonly id: string;
  /** The revisions that this one follows: none for the first, two or more for a merge. */
  readonly parents: readonly string[];
  readonly message: string;
  readonly up: readonly Operation[];
  /** The way back; "auto" (the default) inverts `up` where that can be done. */
  readonly down?: "auto" | readonly Operation[];
  /**
   * Whether it goes before a new program starts ("expand") or after the old one is gone ("contract"); by
   * default what its operations come to.
   */
  readonly phase?: "expand" | "contract";
  /** False: plain DDL instead of the forms that don't block readers and writers. */
  readonly online?: boolean;
  /** Revisions that this one stands for: a database that has them all has this one. */
  readonly replaces?: readonly string[];
}

/** A revision as the tool knows it. */
export interface Revision extends RevisionSpec {
  readonly down: "auto" | readonly Operation[];
}

const idPattern = /^[0-9a-f]{12}$/;

/** Whether a text is a revision's id. */
export function isRevisionId(text: string): boolean {
  return idPattern.test(text);
}

/**
 * Makes a revision of what a migration file says.
 *
 * @throws {UsageError} The id, the parents or the operations are not what they should be.
 *
 * @example
 * ```ts
 * import { migration, op } from "ferro-orm/migrate";
 *
 * const first = migration({
 *   id: "9f3c2ab1d04e",
 *   parents: [],
 *   message: "tags",
 *   up: [op.createTable("tag", { columns: [{ name: "id", type: "integer" }], primaryKey: ["id"] })],
 * });
 * first.down; // => "auto"
 * ```
 */
export function migration(spec: RevisionSpec): Revision {
  const { id, parents, message, up, down = "auto", replaces, phase } = spec;
  if (typeof id !== "string" || !isRevisionId(id)) {
    throw new UsageError("a migration's id must be 12 hexadecimal digits", {
      hint: "`ferro revision` makes a file with an id of its own",
    });
  }
  for (const list of [parents, replaces ?? []]) {
    if (
      !Array.isArray(list) ||
      !list.every((each) => typeof each === "string" && isRevisionId(each))
    ) {
      throw new UsageError(`migration ${id}: parents and replaces are lists of ids`, {
        hint: "parents is [] for the first revision",
      });
    }
  }
  if (typeof message !== "string") throw new UsageError(`migration ${id} has no message`);
  if (phase !== undefined && phase !== "expand" && phase !== "contract") {
    throw new UsageError(`migration ${id}: \`phase\` is "expand" or "contract"`);
  }
  checkOperations(id, "up", up);
  if (down !== "auto") checkOperations(id, "down", down);
  return Object.freeze({ ...spec, down });
}

function checkOperations(id: string, list: "up" | "down", operations: unknown): void {
  const valid =
    Array.isArray(operations) &&
    operations.every(
      (each: unknown) =>
        typeof each === "object" && each !== null && "op" in each && typeof each.op === "string",
    );
  if (valid) return;
  throw new UsageError(`migration ${id}: \`${list}\` must be a list of operations`, {
    hint: 'write up: [op.addColumn(…), …]; down may also be "auto"',
  });
}
