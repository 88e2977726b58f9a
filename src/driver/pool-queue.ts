import { PoolTimeoutError } from "../errors/errors.ts";
import { timerMs } from "../util/timer.ts";

/** Callers that wait for something, in the order they came, each for a bounded time. */
export class WaitQueue<T> {
  /** A Set keeps the order and lets one leave from the middle. */
  readonly #waiters: Set<Waiter<T>> = new Set();

  get size(): number {
    return this.#waiters.size;
  }

  /** Joins the end. `late` makes the error for a wait that took too long, while the waiter still counts. */
  join(options: JoinOptions): Promise<T> {
    const { label, timeoutMs, signal, late } = options;
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#waiters.delete(waiter);
        clearTimeout(timer);
        signal?.removeEventListener("abort", abort);
      };
      const waiter: Waiter<T> = {
        label,
        resolve: (value) => {
          leave();
          resolve(value);
        },
        reject: (error) => {
          leave();
          reject(error);
        },
      };
      const abort = (): void => waiter.reject(signal?.reason);
      const timer = setTimeout(() => waiter.reject(late()), timerMs(timeoutMs));
      signal?.addEventListener("abort", abort, { once: true });
      this.#waiters.add(waiter);
    });
  }

  /** Whoever has waited longest. */
  get first(): Waiter<T> | undefined {
    const [first] = this.#waiters;
    return first;
  }

  rejectAll(error: () => unknown): void {
    for (const waiter of [...this.#waiters]) {
      waiter.reject(error());
    }
  }
}

/** One caller; settling it takes it out of the queue. */
export interface Waiter<T> {
  readonly label: string | undefined;
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
}

export interface JoinOptions {
  readonly label: string | undefined;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  readonly late: () => unknown;
}

/** What is known when a wait ends in vain. */
export interface WaitFacts {
  readonly name: string;
  readonly timeoutMs: number;
  readonly max: number;
  readonly size: number;
  readonly inUse: number;
  readonly waiting: number;
}

/** Says who waits and who holds; `cause` is why no connection could be opened, if one was tried. */
export function waitedTooLong(
  { name, timeoutMs, max, size, inUse, waiting }: WaitFacts,
  oldest: { readonly label: string | undefined; readonly heldMs: number } | undefined,
  cause: unknown,
): PoolTimeoutError {
  const holder =
    oldest === undefined
      ? ""
      : `; the oldest has been held for ${Math.round(oldest.heldMs)} ms by ${oldest.label ?? "an unnamed caller"}`;
  return new PoolTimeoutError(
    `no connection of "${name}" came free in ${timeoutMs} ms: pool of ${max}, ${size} open, ${inUse} in use, ${waiting} waiting${holder}`,
    { hint: "look for a transaction that is held open, or raise pool.maxConnections", cause },
  );
}
