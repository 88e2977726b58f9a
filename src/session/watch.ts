/** Watches over an open transaction: a warning, a deadline, a signal. */
import type { DriverConnection } from "../driver/driver.ts";
import { QueryTimeoutError } from "../errors/errors.ts";
import { timerMs } from "../util/timer.ts";
import { describeOpener } from "./opener.ts";
import type { Transaction } from "./transaction.ts";
import type { ReadTransactionOptions } from "./transaction-options.ts";

/** When an open transaction is reported, in milliseconds. */
const warnAfterMs = 30_000;

/** Warns about a transaction that stays open, and ends it at its deadline or when its signal aborts. */
export function watchOver(
  transaction: Transaction,
  connection: DriverConnection,
  { timeoutMs, signal, opener }: ReadTransactionOptions,
): { stop(): void } {
  const end = (reason: unknown) => {
    transaction.setDoom(reason);
    void connection.cancel().catch(() => connection.destroy());
  };
  const endLate = () =>
    end(
      new QueryTimeoutError(`the transaction was open for ${timeoutMs} ms and was ended`, {
        hint: "do less in one transaction, or give it a longer timeoutMs",
      }),
    );
  const warn = () => {
    timer = setTimeout(endLate, timerMs(timeoutMs - warnAfterMs)).unref();
    process.emitWarning(
      `a transaction has been open for ${warnAfterMs / 1000} s; it was opened\n${opener === undefined ? "" : describeOpener(opener)}`,
      "FerroWarning",
      "LONG_TRANSACTION",
    );
  };
  // One timer at a time: they are set for each transaction, and nearly all are taken back.
  let timer = (
    timeoutMs > warnAfterMs ? setTimeout(warn, warnAfterMs) : setTimeout(endLate, timeoutMs)
  ).unref();
  const abort = () => end(signal?.reason);
  signal?.addEventListener("abort", abort, { once: true });
  return {
    stop() {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
    },
  };
}
