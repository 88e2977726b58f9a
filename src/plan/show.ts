import type { WireValue } from "../codec/codec.ts";
import type { BoundSlot } from "../sql/dialect.ts";

/**
 * Parameters as people write them: a number is a number, whatever form the driver gets it in.
 *
 * For showing a statement; what is run keeps the driver's own forms.
 */
export function showParameters(
  slots: readonly BoundSlot[],
  parameters: readonly WireValue[],
): (WireValue | boolean)[] {
  return parameters.map((value, place) => shown(value, slots[place]));
}

function shown(value: WireValue, slot: BoundSlot | undefined): WireValue | boolean {
  if (typeof value === "bigint") {
    const exact = slot?.type?.kind === "bigint" || !Number.isSafeInteger(Number(value));
    return exact ? value : Number(value);
  }
  if (typeof value !== "string" || slot === undefined) return value;
  if (slot.form === "count") return Number(value);
  if (slot.form !== "value") return value;
  switch (slot.type?.kind) {
    case "integer":
    case "float":
      return Number(value);
    case "bigint":
      return BigInt(value);
    case "boolean":
      return value === "t";
    default:
      return value;
  }
}
