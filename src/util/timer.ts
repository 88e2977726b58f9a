/** What a timer of Node can wait for; a longer wait would be over at once. */
const longestMs = 2 ** 31 - 1;

/**
 * A number of milliseconds that a timer can be set to: 24 days at most.
 *
 * @example
 * ```ts
 * timerMs(Number.MAX_SAFE_INTEGER) // => 2147483647
 * ```
 */
export function timerMs(ms: number): number {
  return Math.min(ms, longestMs);
}
