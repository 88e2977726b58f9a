import { decimalSortKey } from "../../codec/decimal-value.ts";
import { jsonKey } from "../../codec/json.ts";
import { findMoment, printMoment } from "../../codec/temporal.ts";
import type { DriverValue } from "../../driver/driver.ts";

/** Scalar functions that the SQL of this dialect calls; each connection registers them. NULL stays NULL. */
export const sqliteFunctions: Readonly<Record<string, (...values: DriverValue[]) => DriverValue>> =
  {
    ferro_decimal_key: (value) =>
      value === null || value === undefined || value instanceof Uint8Array
        ? null
        : decimalSortKey(value),
    ferro_moment_key: (value, digits) => {
      const moment = typeof value === "string" ? findMoment(value) : undefined;
      if (moment === undefined) return value ?? null;
      return printMoment(moment, "fixed")?.slice(0, 20 + Number(digits)) ?? value ?? null;
    },
    ferro_json_key: (value) => {
      if (value === null || value === undefined || value instanceof Uint8Array) return null;
      try {
        return jsonKey(JSON.parse(String(value)));
      } catch {
        // Text that is no JSON equals itself alone.
        return String(value);
      }
    },
  };
