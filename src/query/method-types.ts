/**
 * The types of what expressions can do, by the kind of their values.
 *
 * Inference only; nothing here exists at run time.
 */
import type { Decimal } from "decimal.js";
import type { DecimalInput, FerroTypeError } from "../definition/types.ts";
import type {
  AnyExpression,
  Comparable,
  Expression,
  ExpressionOf,
  NullOf,
  Operand,
  Order,
  OrderOptions,
  Predicate,
} from "./expression-types.ts";

/** A value or an expression, for comparisons by size. */
type SizeOperand<Value> = Comparable<Value> | AnyExpression<Value>;

/** Null where one of these expressions may be NULL. */
export type NullIn<Given> = Given extends Expression<infer Value> ? NullOf<Value> : never;

/** What every expression can do. */
export interface ValueExpression<Value> extends Expression<Value> {
  /** Equal. `eq(null)` is IS NULL. */
  eq(value: Operand<Value>): Predicate;
  /** Not equal. Keeps rows that hold NULL; `ne(null)` is IS NOT NULL. */
  ne(value: Operand<Value>): Predicate;
  /** The same as `ne`, said in SQL's words. */
  isDistinctFrom(value: Operand<Value>): Predicate;
  /** The same as `eq`, said in SQL's words. */
  isNotDistinctFrom(value: Operand<Value>): Predicate;
  /** One of the values, or of those that a query selects; `in([])` is false. */
  in(values: readonly Comparable<Value>[] | InnerQuery<Value>): Predicate;
  /** None of the values. Keeps rows that hold NULL. */
  notIn(values: readonly Comparable<Value>[] | InnerQuery<Value>): Predicate;
  isNull(): Predicate;
  isNotNull(): Predicate;
  /** The first of this and the others that is not NULL. */
  coalesce<const Others extends readonly (Comparable<Value> | AnyExpression<Value>)[]>(
    ...others: Others
  ): ExpressionOf<NonNullable<Value> | LastNull<Others>>;
  /** NULL where this is equal to the other. */
  nullif(other: Comparable<Value> | AnyExpression<Value>): ExpressionOf<NonNullable<Value> | null>;
}

/** A query that selects one column. */
export interface InnerQuery<Value> {
  all(): Promise<readonly (NonNullable<Value> | null | undefined)[]>;
  distinct(): unknown;
}

/** Null unless one of the others is never NULL. */
type LastNull<Others extends readonly unknown[]> = Others extends readonly [
  infer First,
  ...infer Rest,
]
  ? [NullIn<First>] extends [never]
    ? never
    : LastNull<Rest>
  : null;

/** An expression whose values have an order. */
export interface OrderedExpression<Value> extends ValueExpression<Value> {
  gt(value: SizeOperand<Value>): Predicate;
  gte(value: SizeOperand<Value>): Predicate;
  lt(value: SizeOperand<Value>): Predicate;
  lte(value: SizeOperand<Value>): Predicate;
  /** From `low` to `high`, both included. */
  between(low: SizeOperand<Value>, high: SizeOperand<Value>): Predicate;
  /** Outside of `low` to `high`. Keeps rows that hold NULL. */
  notBetween(low: SizeOperand<Value>, high: SizeOperand<Value>): Predicate;
  /** The most of this and the others; NULLs don't count. */
  greatest(...others: readonly SizeOperand<Value>[]): ExpressionOf<Plain<Value>>;
  /** The least of this and the others; NULLs don't count. */
  least(...others: readonly SizeOperand<Value>[]): ExpressionOf<Plain<Value>>;
  asc(options?: OrderOptions): Order;
  desc(options?: OrderOptions): Order;
}

/** A value as expressions give it: null where a column reads undefined. */
type Plain<Value> = NonNullable<Value> | NullOf<Value>;

/** How text is compared. */
export interface MatchOptions {
  /** Whatever the case of the letters: of all on PostgreSQL, of ASCII letters on SQLite. */
  readonly ignoreCase?: boolean;
}

/** What text can do whatever it reads as: apart, so that the compiler looks at it once. */
interface TextMethods {
  /** Matches a LIKE pattern of your own: `%` and `_` are wildcards. */
  like(pattern: string): Predicate;
  notLike(pattern: string): Predicate;
  /** `like`, whatever the case of the letters. */
  ilike(pattern: string): Predicate;
  notIlike(pattern: string): Predicate;
  /** Begins with `text`, taken literally. */
  startsWith(text: string, options?: MatchOptions): Predicate;
  /** Ends with `text`, taken literally. */
  endsWith(text: string, options?: MatchOptions): Predicate;
  /** Holds `text`, taken literally. */
  contains(text: string, options?: MatchOptions): Predicate;
  /** The whole number that the text is, without its fraction; NULL where it is no number. */
  asInteger(): NumericExpression<number | null>;
  /** The whole number that the text is, without its fraction; NULL where it is no number of 64 bits. */
  asBigint(): NumericExpression<bigint | null>;
  /** The number that the text is; NULL where it is none. */
  asFloat(): NumericExpression<number | null>;
  /** The number that the text is, exactly; NULL where it is none. */
  asDecimal(): NumericExpression<Decimal | null>;
}

/** An expression of text. */
export interface TextExpression<Value> extends OrderedExpression<Value>, TextMethods {
  lower(): Text<Value>;
  upper(): Text<Value>;
  /** Without the spaces at both ends. */
  trim(): Text<Value>;
  trimStart(): Text<Value>;
  trimEnd(): Text<Value>;
  /** This and the others, one after another; NULL where one of them is. */
  concat<const Others extends readonly (string | AnyExpression<string>)[]>(
    ...others: Others
  ): TextExpression<string | NullOf<Value> | NullIn<Others[number]>>;
  /** From the place `start` to before the place `end`, counted from 0 as in JavaScript. */
  substring(start: number, end?: number): Text<Value>;
  /** With every `search` replaced. */
  replace(
    search: string | AnyExpression<string>,
    by: string | AnyExpression<string>,
  ): TextExpression<string | null>;
  /** How many characters. */
  length(): NumericExpression<number | NullOf<Value>>;
  asText(): Text<Value>;
  /** A column of `z.iso.date()` or `z.iso.datetime()`, with the functions of dates. */
  asDate(): CalendarExpression<Value>;
}

type Text<Value> = TextExpression<string | NullOf<Value>>;

/** What calculating with values of this kind gives. */
type Calculated<Value> =
  | (NonNullable<Value> extends number
      ? number
      : NonNullable<Value> extends bigint
        ? bigint
        : Decimal)
  | NullOf<Value>;

/** What is calculated with: a value of the same kind, or any expression of numbers. */
type Term<Value> =
  | Comparable<Value>
  | (NonNullable<Value> extends bigint ? number : never)
  | Expression<number | bigint | Decimal | null | undefined>;

/** What calculating with both gives: beside a decimal a decimal, beside a bigint a bigint. */
type Combined<Value, Other> =
  | (Other extends Expression<infer Second>
      ? Widest<NonNullable<Value> | NonNullable<Second>> | NullOf<Second>
      : Widest<NonNullable<Value>>)
  | NullOf<Value>;

type Widest<Kinds> = [Kinds] extends [number]
  ? number
  : [Extract<Kinds, Decimal>] extends [never]
    ? bigint
    : Decimal;

/** What dividing gives: numbers are divided as JavaScript divides them. */
type Quotient<Value, Other> = NumericExpression<
  Combined<Value, Other> | (Other extends number | bigint | DecimalInput ? never : null)
>;

/**
 * An expression of numbers.
 *
 * Numbers of different kinds are calculated with exactly: beside a decimal the result is a decimal,
 * else beside a bigint a bigint. A float beside one of those is refused, since digits would be lost.
 */
export interface NumericExpression<Value> extends OrderedExpression<Value> {
  plus<Other extends Term<Value>>(value: Other): NumericExpression<Combined<Value, Other>>;
  minus<Other extends Term<Value>>(value: Other): NumericExpression<Combined<Value, Other>>;
  times<Other extends Term<Value>>(value: Other): NumericExpression<Combined<Value, Other>>;
  /**
   * Numbers give a number with its fraction, bigints a whole bigint, decimals 20 digits after the
   * point. Divided by an expression that is 0, NULL.
   */
  dividedBy<Other extends Term<Value>>(value: Other): Quotient<Value, Other>;
  /** The remainder of whole numbers and decimals; it has the sign of this. NULL where divided by 0. */
  mod<Other extends Term<Value>>(value: Other): Quotient<Value, Other>;
  abs(): NumericExpression<Calculated<Value>>;
  /** To so many digits after the point; half a unit goes away from zero. */
  round(digits?: number): NumericExpression<Calculated<Value>>;
  floor(): NumericExpression<Calculated<Value>>;
  ceil(): NumericExpression<Calculated<Value>>;
  /** Whole numbers and decimals as text. */
  asText(): Text<Value>;
  asFloat(): NumericExpression<number | NullOf<Value>>;
  /** Without its fraction. */
  asInteger(): NumericExpression<number | NullOf<Value>>;
  asBigint(): NumericExpression<bigint | NullOf<Value>>;
  asDecimal(): NumericExpression<Decimal | NullOf<Value>>;
}

/** A length of time, of whole numbers. Months count first, then days, then the rest. */
export interface Span {
  readonly years?: number;
  readonly months?: number;
  readonly weeks?: number;
  readonly days?: number;
  readonly hours?: number;
  readonly minutes?: number;
  readonly seconds?: number;
}

/** The parts of a day or a moment, those of UTC. Days have no hours, minutes and seconds. */
interface DateParts<Value> extends OrderedExpression<Value> {
  year(): Part<Value>;
  month(): Part<Value>;
  day(): Part<Value>;
  hour(): Part<Value>;
  minute(): Part<Value>;
  second(): Part<Value>;
  /** 0 is Sunday. */
  weekday(): Part<Value>;
}

/** An expression of moments. Parts and beginnings are those of UTC. */
export interface DateExpression<Value> extends DateParts<Value> {
  /** The beginning of the year, month, week (its Monday), day, hour, minute or second. */
  truncate(
    unit: "year" | "month" | "week" | "day" | "hour" | "minute" | "second",
  ): DateExpression<Date | NullOf<Value>>;
  /** Later by a span; the last day of a month stays within its month. */
  plus(span: Span): DateExpression<Date | NullOf<Value>>;
  /** Earlier by a span. */
  minus(span: Span): DateExpression<Date | NullOf<Value>>;
}

/** An expression of days or moments that are read as text. */
export interface CalendarExpression<Value> extends DateParts<Value> {
  /** The beginning of the year, month, week (its Monday), day, hour, minute or second. */
  truncate(
    unit: "year" | "month" | "week" | "day" | "hour" | "minute" | "second",
  ): CalendarExpression<string | NullOf<Value>>;
  /** Later by a span; the last day of a month stays within its month. */
  plus(span: Span): CalendarExpression<string | NullOf<Value>>;
  /** Earlier by a span. */
  minus(span: Span): CalendarExpression<string | NullOf<Value>>;
}

type Part<Value> = NumericExpression<number | NullOf<Value>>;

/** An expression whose values can't be compared by size. */
interface Unsized {
  readonly gt: FerroTypeError<"gt() needs a column of text, numbers or dates">;
  readonly gte: FerroTypeError<"gte() needs a column of text, numbers or dates">;
  readonly lt: FerroTypeError<"lt() needs a column of text, numbers or dates">;
  readonly lte: FerroTypeError<"lte() needs a column of text, numbers or dates">;
  readonly between: FerroTypeError<"between() needs a column of text, numbers or dates">;
}

/** An expression of booleans or bytes: it sorts, but has no sizes to compare. */
export interface UnsizedExpression<Value> extends ValueExpression<Value>, Unsized {
  asc(options?: OrderOptions): Order;
  desc(options?: OrderOptions): Order;
}

/** An expression of JSON or of a custom type. */
export interface OpaqueExpression<Value> extends ValueExpression<Value>, Unsized {
  /** One of the values; `in([])` is false. */
  in(values: readonly (Comparable<Value> | NullOf<Value>)[] | InnerQuery<Value>): Predicate;
  /** None of the values. Keeps rows that hold NULL. */
  notIn(values: readonly (Comparable<Value> | NullOf<Value>)[] | InnerQuery<Value>): Predicate;
  readonly asc: FerroTypeError<"asc() needs a column of text, numbers or dates">;
  readonly desc: FerroTypeError<"desc() needs a column of text, numbers or dates">;
}
