import type { StorageType, TemporalHost } from "../ir/type.ts";
import { copyBytes, equalBytes } from "./bytes.ts";
import { CodecError, type ValueRules } from "./codec.ts";
import type { Decimal } from "./decimal.ts";
import { assertDigits, toDecimal } from "./decimal-value.ts";
import { copyJson, equalJson } from "./json.ts";
import { memoizeByType } from "./memoize.ts";
import { assertBits, integerBits, toFloat, toInt64, toInteger } from "./number.ts";
import { findMoment, findTime, isDate, printMoment } from "./temporal.ts";
import { assertLength, assertText, describe, varcharLength } from "./text.ts";
import { findUuid } from "./uuid.ts";

type EnumType = Extract<StorageType, { kind: "enum" }>;

/**
 * The rules of a storage type; the same object for equal types.
 *
 * `equals` compares normal forms. A normal form shares no memory that can change with
 * the value it came from, so it may be kept as a snapshot.
 *
 * @example
 * ```ts
 * valueRules({ kind: "time" }).normalize("09:30") // => "09:30:00"
 * ```
 */
export const valueRules: (type: StorageType) => ValueRules = memoizeByType(makeRules);

function makeRules(type: StorageType): ValueRules {
  switch (type.kind) {
    case "integer":
      return same(within(integerBits(type), toInteger));
    case "bigint":
      return same(within(integerBits(type), toInt64));
    case "decimal":
      return {
        normalize: (value) => assertDigits(toDecimal(value), type.precision, type.scale),
        equals: (left, right) => (left as Decimal).equals(right as Decimal),
      };
    case "float":
      return same(toFloat);
    case "boolean":
      return same((value) => typed(value, "boolean"));
    case "text":
      return same(textRule(varcharLength(type.dbType)));
    case "uuid":
      return same((value) => found(findUuid(typed(value, "string")), "a UUID"));
    case "bytes":
      return {
        normalize: (value) =>
          copyBytes(value) ?? refuse("bytes (a Uint8Array or an ArrayBuffer)", value),
        equals: (left, right) => equalBytes(left as Uint8Array, right as Uint8Array),
      };
    case "date":
      return same((value) => {
        const text = typed(value, "string");
        return isDate(text) ? text : refuse("a calendar date such as 2026-01-31", value);
      });
    case "time":
      return same((value) =>
        found(
          findTime(typed(value, "string")),
          "a time of day such as 09:30:00 with at most 6 digits of fraction",
        ),
      );
    case "timestamptz":
    case "timestamp":
      return temporalRules(type.kind, type.host);
    case "enum":
      return same(enumRule(type));
    case "json":
      return { normalize: copyJson, equals: equalJson };
    case "array":
      return arrayRules(valueRules(type.element));
    case "raw":
      return same((value) => assertText(typed(value, "string")));
  }
}

/** Rules for values that are equal when they are the same primitive. */
function same(normalize: (value: unknown) => unknown): ValueRules {
  return { normalize, equals: Object.is };
}

/** The width is the column's on every database, so that what one holds the other does too. */
function within(
  bits: 16 | 32 | undefined,
  read: (value: unknown) => number | bigint,
): (value: unknown) => number | bigint {
  return bits === undefined ? read : (value) => assertBits(read(value), bits);
}

function textRule(limit: number | undefined): (value: unknown) => string {
  return limit === undefined
    ? (value) => assertText(typed(value, "string"))
    : (value) => assertLength(assertText(typed(value, "string")), limit);
}

function enumRule({ values }: EnumType): (value: unknown) => unknown {
  const members = new Set<unknown>(values);
  return (value) => (members.has(value) ? plainZero(value) : refuse("a member of the enum", value));
}

function temporalRules(kind: "timestamptz" | "timestamp", host: TemporalHost): ValueRules {
  if (host === "date") {
    return {
      normalize: copyDate,
      equals: (left, right) => (left as Date).getTime() === (right as Date).getTime(),
    };
  }
  const suffix = kind === "timestamptz" ? "Z" : "";
  return same((value) => {
    const moment = findMoment(typed(value, "string"));
    if (moment === undefined) return refuse("a date and time such as 2026-01-31T09:30:00Z", value);
    if (moment.cut) {
      throw new CodecError(
        "date and time has more than 6 digits of fraction",
        "columns hold microseconds",
      );
    }
    const text = printMoment(moment, "short");
    if (text === undefined) throw new CodecError("date and time is outside the years 0000 to 9999");
    return text + suffix;
  });
}

function copyDate(value: unknown): Date {
  if (!(value instanceof Date) && Object.prototype.toString.call(value) !== "[object Date]") {
    return refuse("a Date", value);
  }
  const time = (value as Date).getTime();
  if (Number.isNaN(time)) throw new CodecError("expected a Date, found an invalid one");
  return new Date(time);
}

function arrayRules(element: ValueRules): ValueRules {
  return {
    normalize(value) {
      if (!Array.isArray(value)) return refuse("an array", value);
      // Array.from turns holes into undefined, which elements refuse.
      return Array.from(value, (item: unknown) => (item === null ? null : element.normalize(item)));
    },
    equals(left, right) {
      const [items, others] = [left as readonly unknown[], right as readonly unknown[]];
      return (
        items.length === others.length &&
        items.every((item, index) => {
          const other = others[index];
          return item === null || other === null ? item === other : element.equals(item, other);
        })
      );
    },
  };
}

interface Primitives {
  readonly string: string;
  readonly boolean: boolean;
}

function typed<K extends keyof Primitives>(value: unknown, name: K): Primitives[K] {
  // `name` is what typeof said, so the value has that type.
  return typeof value === name ? (value as Primitives[K]) : refuse(`a ${name}`, value);
}

function found(text: string | undefined, expected: string): string {
  if (text === undefined) throw new CodecError(`expected ${expected}, found text of another form`);
  return text;
}

function refuse(expected: string, value: unknown): never {
  throw new CodecError(`expected ${expected}, found ${describe(value)}`);
}

function plainZero(value: unknown): unknown {
  return value === 0 ? 0 : value;
}
