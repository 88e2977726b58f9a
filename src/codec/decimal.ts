import { Decimal as BaseDecimal } from "decimal.js";

/**
 * Exact decimals, as decimal columns read and take them.
 *
 * A `decimal.js` constructor of our own: it never prints an exponent and keeps
 * 100 significant digits in arithmetic, so money is not rounded on the way.
 *
 * @example
 * ```ts
 * new Decimal("0.1").plus("0.2").toString() // => "0.3"
 * ```
 */
export const Decimal: typeof BaseDecimal = BaseDecimal.clone({
  precision: 100,
  toExpNeg: -9e15,
  toExpPos: 9e15,
  maxE: 9e15,
  minE: -9e15,
  defaults: true,
});

/** An exact decimal. */
export type Decimal = BaseDecimal;
