/** Where a transaction was opened, for the warning about one that stays open. */

/** A call of `transaction()`. */
export interface Opener {
  /** The lines of the call, where they were noted. */
  readonly stack?: string;
  readonly block: (...given: never[]) => unknown;
}

/** To note the lines takes about 10 microseconds, so a program that opens more transactions gets them of some. */
const mostPerSecond = 20;

let second = 0;
let noted = 0;

/** Notes where `called` was called with `block`. */
export function noteOpener(called: (...given: never[]) => unknown, block: Opener["block"]): Opener {
  const now = Math.floor(performance.now() / 1000);
  if (now !== second) {
    second = now;
    noted = 0;
  }
  const opener: Opener = { block };
  if (noted >= mostPerSecond) return opener;
  noted += 1;
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 4;
  Error.captureStackTrace(opener, called);
  Error.stackTraceLimit = stackTraceLimit;
  return opener;
}

/** The lines of the call; else how the text of its block begins. */
export function describeOpener({ stack, block }: Opener): string {
  if (stack !== undefined) return stack;
  const text = block.toString();
  return `with the block ${text.length > 500 ? `${text.slice(0, 500)} …` : text}`;
}
