/** Ends an exhaustive switch: a new union member becomes a compile error at the call. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`);
}
