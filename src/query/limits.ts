import { UsageError } from "../errors/errors.ts";

/** The argument of `signal()`. */
export function readSignal(signal: unknown): AbortSignal {
  if (signal instanceof AbortSignal) return signal;
  throw new UsageError("signal() expected an AbortSignal", {
    hint: "write signal(controller.signal), or signal(request.signal)",
  });
}

/** The longest that timers can wait. */
const most = 2 ** 31 - 1;

/** The argument of `timeout()`, or of an option that is called otherwise. */
export function readTimeout(milliseconds: unknown, what = "timeout()"): number {
  if (typeof milliseconds === "number" && milliseconds > 0 && milliseconds <= most) {
    return milliseconds;
  }
  throw new UsageError(
    `${what} expected a number of milliseconds, more than 0 and at most ${most}`,
  );
}
