/** Puts driver errors into the user's terms: models and properties, never values. */
import type { ModelDefinition } from "../definition/definition.ts";
import { uniqueName } from "../definition/naming.ts";
import { uniquesWithOptions } from "../definition/table-parts.ts";
import { constraintName } from "../dialect/constraint-name.ts";
import { DriverError } from "../driver/driver.ts";
import {
  CheckViolationError,
  ConnectionError,
  ConnectionLostError,
  DatabaseError,
  type DatabaseErrorFacts,
  DeadlockError,
  ForeignKeyViolationError,
  NotNullViolationError,
  QueryCancelledError,
  QueryTimeoutError,
  SerializationError,
  UniqueViolationError,
} from "../errors/errors.ts";
import { splitName } from "../util/identifier.ts";
import { sameList } from "../util/lists.ts";
import { unreachable } from "../util/unreachable.ts";
import type { BrokenKey } from "./blame.ts";

/** What failed: for the message, and to name properties for columns. */
export interface Attempt {
  readonly model?: ModelDefinition | undefined;
  /** In the user's words: "create", "update", "execute". */
  readonly action: string;
  /** The foreign key that was found to be broken. */
  readonly key?: BrokenKey | undefined;
}

/** The error to throw for `error`; anything that is no driver error is passed through. */
export function translateError(error: unknown, attempt: Attempt): unknown {
  if (!(error instanceof DriverError)) return error;
  // Our own frames would fill the usual ten; the caller's line is what a reader looks for.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = Math.max(stackTraceLimit, callerFrames);
  try {
    return makeError(error, attempt);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

const callerFrames = 50;

function makeError(error: DriverError, attempt: Attempt): Error {
  const facts = factsOf(error, attempt);
  const at =
    attempt.model === undefined ? attempt.action : `${attempt.model.name} ${attempt.action}`;
  const on = facts.columns?.length ? ` (${facts.columns.join(", ")})` : "";
  const by = facts.constraint === undefined ? "" : ` by ${facts.constraint}`;
  switch (error.kind) {
    case "unique":
      return new UniqueViolationError(`${at} was refused${by}: the value is taken${on}`, facts);
    case "foreignKey":
      return new ForeignKeyViolationError(
        `${at} was refused${by}: ${keyProblem(error, attempt)}${on}`,
        facts,
      );
    case "notNull":
      return new NotNullViolationError(`${at} was refused: a value is missing${on}`, facts);
    case "check":
      return new CheckViolationError(`${at} was refused${by}: a value breaks a check${on}`, facts);
    case "serialization":
    case "busy":
      return new SerializationError(`${at} met a concurrent transaction: ${error.message}`, {
        ...facts,
        hint: "run the whole transaction again",
      });
    case "deadlock":
      return new DeadlockError(`${at} was chosen to end a deadlock`, {
        ...facts,
        hint: "run the whole transaction again",
      });
    case "timeout":
      return new QueryTimeoutError(`${at} took too long: ${error.message}`, facts);
    case "cancelled":
      return new QueryCancelledError(`${at} was cancelled`, facts);
    case "connectionLost":
      return new ConnectionLostError(`${at} lost its connection: ${error.message}`, {
        cause: error,
        hint: "whether a write took place is not known; read before you repeat it",
      });
    case "connect":
      return new ConnectionError(error.message, { cause: error });
    case "readOnly":
    case "syntax":
    case "range":
    case "other":
      return new DatabaseError(`${at} failed: ${error.message}`, facts);
    default:
      return unreachable(error.kind);
  }
}

/** Which side of a foreign key is wrong, as far as that is known. */
function keyProblem({ columns }: DriverError, { key }: Attempt): string {
  if (key !== undefined) {
    return key.problem === "missing"
      ? `the row pointed to is missing, there is no such ${key.target}`
      : `rows of ${key.owner} still point here`;
  }
  if (columns === undefined) return "the row pointed to is missing, or a row still points here";
  return columns.length > 0 ? "the row pointed to is missing" : "a row still points here";
}

function factsOf(error: DriverError, { model, key }: Attempt): DatabaseErrorFacts {
  const facts = { sqlCode: error.code, model: model?.name, cause: error };
  if (key !== undefined) {
    const { table, columns, constraint } = key;
    return { ...facts, table, columns, constraint };
  }
  const { table, columns } = placeOf(error, model);
  const ours = table === model?.table ? model : undefined;
  return {
    ...facts,
    table,
    columns: columns?.map(
      (name) => ours?.columns.find(({ column }) => column === name)?.property ?? name,
    ),
    constraint: error.constraint ?? uniqueIndex(error, ours),
  };
}

/**
 * The table and columns that an error names, as the model calls them: PostgreSQL says no schema, and SQLite
 * says table and column with one dot more where the table's name has one.
 */
function placeOf(
  error: DriverError,
  model: ModelDefinition | undefined,
): Pick<DriverError, "table" | "columns"> {
  const { table = model?.table, columns } = error;
  if (model === undefined) return { table, columns };
  const { schema, name } = splitName(model.table);
  if (schema === undefined || (table !== name && table !== schema)) return { table, columns };
  if (table === name) return { table: model.table, columns };
  const own = columns?.filter((column) => column.startsWith(`${name}.`));
  return own !== undefined && own.length > 0 && own.length === columns?.length
    ? { table: model.table, columns: own.map((column) => column.slice(name.length + 1)) }
    : { table, columns };
}

/** The key or unique index of several columns, where the database tells only these. */
function uniqueIndex(
  { kind, columns }: DriverError,
  model: ModelDefinition | undefined,
): string | undefined {
  if (kind !== "unique" || columns === undefined || model === undefined) return undefined;
  const isThese = (group: readonly { readonly column: string }[]): boolean =>
    sameList(
      group.map(({ column }) => column),
      columns,
    );
  if (columns.length > 1 && isThese(model.primaryKey)) {
    return model.tableOptions.primaryKeyName ?? constraintName(model.table, [], "pkey");
  }
  const named = uniquesWithOptions(model).find((unique) => sameList(unique.columns, columns));
  if (named !== undefined) return named.name;
  const related = [...model.relations.values()].some(
    (relation) =>
      relation.kind === "foreignKey" &&
      relation.unique &&
      relation.columns.length > 1 &&
      isThese(relation.columns),
  );
  return related || model.uniques.some(isThese) ? uniqueName(model.table, columns) : undefined;
}
