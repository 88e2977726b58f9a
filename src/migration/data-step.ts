/** Steps in code: what they are given, and how a function stands beside plain data. */
import { UsageError } from "../errors/errors.ts";
import type { Operation, OperationOf } from "../ir/migration.ts";
import type { SqlFragment } from "../sql/raw.ts";

/** A database as a data step sees it. Values are bound, as everywhere. */
export interface StepDatabase {
  /** The connection's name, for models: `Post.using(db.name)`. */
  readonly name: string;
  /** Runs a statement; answers the number of rows changed. */
  execute(sql: string | SqlFragment, parameters?: readonly unknown[]): Promise<number>;
  /** Runs a query and gives its rows. */
  fetchAll(
    sql: string | SqlFragment,
    parameters?: readonly unknown[],
  ): Promise<Record<string, string | number | bigint | boolean | Uint8Array | null>[]>;
  /** Runs `work` in a transaction: models and `db` inside use it. */
  transaction<Result>(work: () => Result | Promise<Result>): Promise<Result>;
}

/** What a data step is called with. */
export interface DataStepContext {
  readonly db: StepDatabase;
  /** Where a resumable step stood when it was stopped, as it said itself; null at the beginning. */
  readonly lastKey: string | null;
  /** Notes how far a resumable step has come; inside `db.transaction` it is written with its rows. */
  saveKey(key: string): Promise<void>;
  /** A line for whoever watches. */
  log(message: string): void;
}

/** The code of a data step. Models used in it go to the database that is being migrated. */
export type DataStep = (context: DataStepContext) => void | Promise<void>;

// Known in every copy of the package: a migration file may have been loaded with another one.
const key = Symbol.for("ferro-orm.data-step");

/** Puts code beside an operation, where JSON and comparisons don't see it. */
export function attachStep<Op extends Operation>(operation: Op, step: DataStep): Op {
  return Object.defineProperty(operation, key, { value: step });
}

/** The code of an operation, if it has any. */
export function stepOf(operation: Operation): DataStep | undefined {
  const step: unknown = Reflect.get(operation, key);
  return typeof step === "function" ? (step as DataStep) : undefined;
}

/** The operations of a revision, either way. */
export interface Steps {
  readonly id: string;
  readonly up: readonly Operation[];
  readonly down: "auto" | readonly Operation[];
}

/**
 * A data step of another revision, with its code.
 *
 * @throws {UsageError} That revision has none of this name.
 */
export function keptStep(
  { id, up, down }: Steps,
  name: string,
  as: string = name,
): OperationOf<"data"> {
  const operations = down === "auto" ? up : [...up, ...down];
  for (const operation of operations) {
    const step = stepOf(operation);
    if (operation.op !== "data" || operation.name !== name || step === undefined) continue;
    return attachStep({ ...operation, name: as }, step);
  }
  throw new UsageError(`revision ${id} has no data step "${name}"`, {
    hint: "the file beside the squash is a copy of the original and has to stay as it was",
  });
}
