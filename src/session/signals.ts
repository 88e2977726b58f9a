/** Aborted when either is. */
export function eitherSignal(
  left: AbortSignal | undefined,
  right: AbortSignal | undefined,
): AbortSignal | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  return AbortSignal.any([left, right]);
}

/** Waits no longer than until the abort, whatever the server does: it may not answer at all. */
export function abandonedBy<Result>(
  signal: AbortSignal,
  outcome: Promise<Result>,
  cancel: () => void,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      cancel();
      reject(signal.reason);
    };
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    outcome.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
