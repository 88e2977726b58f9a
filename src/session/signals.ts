/** Aborted when either is. */
export function eitherSignal(
  left: AbortSignal | undefined,
  right: AbortSignal | undefined,
): AbortSignal | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  return AbortSignal.any([left, right]);
}
