/**
 * Whether a version, as a database prints it, is at least another.
 *
 * @example
 * ```ts
 * isAtLeast("3.53.4", "3.53") // => true
 * ```
 */
export function isAtLeast(version: string, least: string): boolean {
  const left = version.split(".").map((part) => Number.parseInt(part, 10));
  const right = least.split(".").map(Number);
  for (const [at, part] of right.entries()) {
    const own = left[at] ?? 0;
    if (own !== part) return own > part;
  }
  return true;
}
