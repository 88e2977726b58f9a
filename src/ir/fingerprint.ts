import { createHash } from "node:crypto";

/**
 * JSON in one form: keys sorted, no blanks, everything but printable ASCII escaped.
 *
 * @example
 * ```ts
 * canonicalJson({ b: "é", a: 1 }) // => '{"a":1,"b":"\\u00e9"}'
 * ```
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, sortKeys).replace(/[\u007f-\uffff]/g, escapeUnit);
}

/**
 * The SHA-256 of an IR document's canonical JSON, in hexadecimal.
 *
 * Equal for equal schemas in every process; kept with migrations to tell what they were made from.
 */
export function fingerprintIr(ir: object): string {
  return createHash("sha256").update(canonicalJson(ir)).digest("hex");
}

function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
