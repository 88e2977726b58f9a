/**
 * The types of plain rows that are queried again.
 *
 * Inference only; nothing here exists at run time.
 */
import type { Decimal } from "decimal.js";
import type { ExpressionOf } from "./expression-types.ts";

/** A query of plain rows, which can be queried again. */
export interface PlainQuery<Row> {
  all(): Promise<Row[]>;
  distinct(): unknown;
}

/** Values that a row may be instead of an object. */
export type Single =
  | string
  | number
  | bigint
  | boolean
  | Date
  | Decimal
  | Uint8Array
  | null
  | undefined;

/** What `t` is in lambdas about plain rows: their fields as expressions, or the value that a row is. */
export type RowColumns<Row> = [Row] extends [Single]
  ? ExpressionOf<Row>
  : { readonly [Name in keyof Row]: ExpressionOf<Row[Name]> };
