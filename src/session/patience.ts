/** Waits for a lock that another process holds, without holding up the event loop. */
import { setTimeout as sleep } from "node:timers/promises";
import { DriverError } from "../driver/driver.ts";

/**
 * Repeats `work` while the database says that it is busy.
 *
 * The pauses grow from 1 to 50 ms and vary by chance, so that rivals don't meet again.
 *
 * @param timeoutMs - When to give up and throw the last refusal.
 */
export async function retryWhileBusy<Result>(
  work: () => Result | Promise<Result>,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<Result> {
  const start = performance.now();
  for (let pause = 1; ; pause = Math.min(50, pause * 2)) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof DriverError) || error.kind !== "busy") throw error;
      if (performance.now() - start >= timeoutMs) throw error;
      await sleep(pause * (0.5 + Math.random()), undefined, signal === undefined ? {} : { signal });
    }
  }
}
