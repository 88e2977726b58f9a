/** Which literals a default may be kept as. */
import { CodecError } from "../codec/codec.ts";
import { decimalText, toDecimal } from "../codec/decimal-value.ts";
import { valueRules } from "../codec/rules.ts";
import type { StorageType } from "../ir/type.ts";

/**
 * Whether a default that was read is the same once a model has said it: the column's rules take
 * it, and leave it as it is. `'infinity'` is no date of a program's, and `1.50` would become 1.5.
 */
export function isStoredLiteral(type: StorageType, value: string | number | boolean): boolean {
  try {
    if (type.kind === "decimal") return decimalText(toDecimal(value)) === value;
    if (type.kind === "bigint") return Number.isSafeInteger(value);
    return valueRules(type).normalize(value) === value;
  } catch (error) {
    if (error instanceof CodecError) return false;
    throw error;
  }
}
