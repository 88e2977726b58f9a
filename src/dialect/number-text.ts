/**
 * Text that is a number, between spaces: digits, a point, an exponent of two digits. Wide enough for what
 * programs write, and narrow enough that no database fails on it.
 */
export const numberPattern =
  "^ *([+-]?(?:[0-9]{1,200}(?:[.][0-9]{0,200})?|[.][0-9]{1,200})(?:[eE][+-]?[0-9]{1,2})?) *$";
