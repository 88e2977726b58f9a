/** Puts driver errors into the user's terms: models and properties, never values. */
import type { ModelDefinition } from "../definition/definition.ts";
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
import { unreachable } from "../util/unreachable.ts";

/** What failed: for the message, and to name properties for columns. */
export interface Attempt {
  readonly model?: ModelDefinition | undefined;
  /** In the user's words: "create", "update", "execute". */
  readonly action: string;
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
  const by = error.constraint === undefined ? "" : ` by ${error.constraint}`;
  switch (error.kind) {
    case "unique":
      return new UniqueViolationError(`${at} was refused${by}: the value is taken${on}`, facts);
    case "foreignKey":
      return new ForeignKeyViolationError(
        `${at} was refused${by}: the row pointed to is missing, or a row still points here${on}`,
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

function factsOf(error: DriverError, { model }: Attempt): DatabaseErrorFacts {
  const columns = error.columns?.map((name) => {
    const ours = model?.table === (error.table ?? model?.table);
    const column = ours ? model?.columns.find(({ column }) => column === name) : undefined;
    return column?.property ?? name;
  });
  return {
    sqlCode: error.code,
    model: model?.name,
    table: error.table ?? model?.table,
    columns,
    constraint: error.constraint,
    cause: error,
  };
}
