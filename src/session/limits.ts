/** What ends a call before its time: the caller's signal, and a time limit. */
import type { DriverResult } from "../driver/driver.ts";
import { QueryCancelledError, QueryTimeoutError } from "../errors/errors.ts";
import type { QueryLimits } from "../query/runner.ts";
import { timerMs } from "../util/timer.ts";
import type { Executor } from "./connection.ts";
import type { Scope } from "./scope.ts";
import { eitherSignal } from "./signals.ts";
import { Transaction } from "./transaction.ts";

/** The limits of a call that runs. */
export interface Watch {
  /** Aborted with the error that the call fails with; undefined where nothing limits it. */
  readonly signal: AbortSignal | undefined;
  stop(): void;
}

/** Starts the clock of a call. */
export function watchLimits({ signal, timeoutMs }: QueryLimits, what: string): Watch {
  if (signal === undefined && timeoutMs === undefined) return { signal: undefined, stop() {} };
  const controller = new AbortController();
  const cancel = () =>
    controller.abort(
      new QueryCancelledError(`${what} was cancelled by its signal`, { cause: signal?.reason }),
    );
  const expire = () =>
    controller.abort(
      new QueryTimeoutError(`${what} took longer than its timeout of ${timeoutMs} ms`, {
        hint: "give it a longer timeout(), or ask for less",
      }),
    );
  if (signal?.aborted === true) cancel();
  signal?.addEventListener("abort", cancel, { once: true });
  const timer = timeoutMs === undefined ? undefined : setTimeout(expire, timerMs(timeoutMs));
  return {
    signal: controller.signal,
    stop() {
      clearTimeout(timer);
      signal?.removeEventListener("abort", cancel);
    },
  };
}

/** Runs `work` with an executor that stops with the limits. */
export async function withinLimits<Result>(
  scope: Scope,
  limits: QueryLimits,
  what: string,
  work: (executor: Executor) => Result | Promise<Result>,
): Promise<Result> {
  const watch = watchLimits(limits, what);
  try {
    return await work(stoppedBy(scope, watch.signal));
  } finally {
    watch.stop();
  }
}

/** The same executor, whose statements end with the signal as well. */
function stoppedBy(
  { connection, session, executor }: Scope,
  signal: AbortSignal | undefined,
): Executor {
  if (signal === undefined) return executor;
  if (!(executor instanceof Transaction)) {
    return connection.stoppedBy(eitherSignal(signal, session?.signal) ?? signal);
  }
  return {
    connection,
    execute: (statement) => executeIn(executor, statement, signal),
    inside: executor,
  };
}

/** One statement of a transaction, which goes on where the database lets it. */
async function executeIn(
  transaction: Transaction,
  statement: Parameters<Executor["execute"]>[0],
  signal: AbortSignal,
): Promise<DriverResult> {
  signal.throwIfAborted();
  const { connection } = transaction.lease;
  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping = connection.cancel().catch(() => undefined);
  };
  try {
    return await transaction.executeAround(statement, {
      started() {
        signal.throwIfAborted();
        signal.addEventListener("abort", stop, { once: true });
      },
      // A request to cancel that comes late would stop the next statement.
      async ended() {
        signal.removeEventListener("abort", stop);
        await stopping;
      },
    });
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  }
}
