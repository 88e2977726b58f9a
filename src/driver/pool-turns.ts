/**
 * Gives the event loop its turns while a database answers at once.
 *
 * Awaits of what is already there are served one after the other before any timer or
 * socket: a caller of 2,000 of them would hold up everything else. So after a while
 * the next statement waits for a turn. All pools of the process share one clock.
 */
import { setImmediate } from "node:timers"; // the real one, also under a test's fake timers

/** How long statements may follow each other without a turn of the event loop, in milliseconds. */
const sliceMs = 5;

/** When the present turn first ran a statement. */
let began: number | undefined;

/** Whether statements have held up the event loop for long enough. */
export function isTurnOver(now: number): boolean {
  if (began === undefined) {
    began = now;
    setImmediate(() => {
      began = undefined;
    });
    return false;
  }
  return now - began >= sliceMs;
}

/** Calls `work` in the next turn. */
export function nextTurn(work: () => void): void {
  setImmediate(work);
}
