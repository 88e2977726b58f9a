/**
 * Goes on with a value at once where it is there, and once it is there where it is promised:
 * a promise for each step costs more than many a step.
 *
 * @example
 * ```ts
 * after(2, (value) => value + 1) // => 3
 * ```
 */
export function after<Value, Result>(
  value: Value | Promise<Value>,
  next: (value: Value) => Result | Promise<Result>,
): Result | Promise<Result> {
  return value instanceof Promise ? afterwards(value, next) : next(value);
}

/** Awaited, so that a stack leads through here to the caller. */
async function afterwards<Value, Result>(
  value: Promise<Value>,
  next: (value: Value) => Result | Promise<Result>,
): Promise<Result> {
  return next(await value);
}
