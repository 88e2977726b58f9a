import { bytesOfHex, hexOf, plainBytes } from "../../codec/bytes.ts";
import { type Codec, CodecError, type WireValue } from "../../codec/codec.ts";
import { assertDigits, decimalText, decodeDecimal, toDecimal } from "../../codec/decimal-value.ts";
import { jsonText, parseJson } from "../../codec/json.ts";
import { memoizeByType } from "../../codec/memoize.ts";
import { safeNumber, toFloat, toInt64, toInteger } from "../../codec/number.ts";
import { valueRules } from "../../codec/rules.ts";
import {
  findMoment,
  findTime,
  isDate,
  isoText,
  type Moment,
  printMoment,
  readMilliseconds,
} from "../../codec/temporal.ts";
import { findUuid } from "../../codec/uuid.ts";
import type { StorageType, TemporalHost } from "../../ir/type.ts";

type Wire = Exclude<WireValue, null>;
type Of<Kind extends StorageType["kind"]> = Extract<StorageType, { kind: Kind }>;

/**
 * How SQLite holds a storage type; the same codec for equal types.
 *
 * Integers are bound as bigint: both libraries bind a number as REAL, which is 1.0 in an
 * expression or in JSON. Reading takes every form that GOLDEN.md section 7 lists.
 */
export const sqliteCodec: (type: StorageType) => Codec = memoizeByType(makeCodec);

function makeCodec(type: StorageType): Codec {
  const { normalize } = valueRules(type);

  switch (type.kind) {
    case "integer":
      // Not `normalize`: a row that another program wrote may have a key beyond the column's width.
      return { encode: (value) => BigInt(toInteger(value)), decode: decodeInteger };
    case "bigint":
      return { encode: toInt64, decode: decodeBigint, bigints: true };
    case "decimal":
      return {
        encode: (value) => decimalText(assertDigits(toDecimal(value), type.precision, type.scale)),
        decode: decodeDecimal,
      };
    case "float":
      return { encode: toFloat, decode: decodeFloat };
    case "boolean":
      return { encode: (value) => (normalize(value) === true ? 1n : 0n), decode: decodeBoolean };
    case "text":
      return { encode: (value) => normalize(value) as string, decode: decodeText };
    case "uuid":
      return { encode: (value) => normalize(value) as string, decode: decodeUuid };
    case "bytes":
      return { encode: (value) => normalize(value) as Uint8Array, decode: decodeBytes };
    case "date":
      return { encode: (value) => normalize(value) as string, decode: decodeDate };
    case "time":
      return { encode: (value) => normalize(value) as string, decode: decodeTime };
    case "timestamptz":
    case "timestamp":
      return type.loose === true ? looseCodec(type) : temporalCodec(type.kind, type.host);
    case "enum":
      return enumCodec(type);
    case "json":
      return { encode: jsonText, decode: decodeJson };
    case "array":
      return arrayCodec(type);
    case "raw":
      return { encode: (value) => normalize(value) as string, decode: decodeRawText };
  }
}

/** The declared type may have made a number of a text. */
function decodeRawText(wire: Wire): string {
  if (typeof wire !== "object") return String(wire);
  throw unreadable("text");
}

function decodeInteger(wire: Wire): number {
  if (typeof wire === "number" && Number.isSafeInteger(wire)) return wire;
  if (typeof wire === "bigint" || typeof wire === "number") return safeNumber(wire);
  throw unreadable("an integer");
}

function decodeBigint(wire: Wire): bigint {
  if (typeof wire === "bigint") return wire;
  if (typeof wire === "number" && Number.isSafeInteger(wire)) return BigInt(wire);
  // A column without INTEGER affinity may hold it as text.
  if (typeof wire === "string" && /^[+-]?\d{1,19}$/.test(wire)) return toInt64(BigInt(wire));
  throw unreadable("a 64-bit integer");
}

function decodeFloat(wire: Wire): number {
  if (typeof wire === "number") return wire;
  // A whole number in a column without REAL affinity, read beside a bigint column.
  if (typeof wire === "bigint" && BigInt(Number(wire)) === wire) return Number(wire);
  throw unreadable("a number");
}

function decodeBoolean(wire: Wire): boolean {
  if (typeof wire === "number" || typeof wire === "bigint") return Number(wire) !== 0;
  throw unreadable("a boolean (0 or 1)");
}

function decodeText(wire: Wire): string {
  if (typeof wire === "string") return wire;
  throw unreadable("text");
}

function decodeUuid(wire: Wire): string {
  const text = wire instanceof Uint8Array ? hexOf(wire) : wire;
  const uuid = typeof text === "string" ? findUuid(text) : undefined;
  if (uuid === undefined) throw unreadable("a UUID");
  return uuid;
}

function decodeBytes(wire: Wire): Uint8Array {
  if (wire instanceof Uint8Array) return plainBytes(wire);
  throw unreadable("bytes");
}

function decodeDate(wire: Wire): string {
  if (typeof wire === "string" && isDate(wire)) return wire;
  throw unreadable("a date such as 2026-01-31");
}

function decodeTime(wire: Wire): string {
  const time = typeof wire === "string" ? findTime(wire) : undefined;
  if (time === undefined) throw unreadable("a time of day such as 09:30:00");
  return time;
}

/** JSON text; a bare number is one too, since a column without TEXT affinity turns `1` into it. */
function decodeJson(wire: Wire): unknown {
  if (typeof wire === "number") return wire;
  if (typeof wire === "bigint") return safeNumber(wire);
  if (typeof wire !== "string") throw unreadable("JSON text");
  return readJson(wire);
}

/** Fixed width, so that text sorts as time does: three digits for a `Date`, six for text. */
function temporalCodec(kind: "timestamptz" | "timestamp", host: TemporalHost): Codec {
  const { normalize } = valueRules({ kind, host });
  const zone = kind === "timestamptz" ? "Z" : "";

  if (host === "text") {
    return {
      encode(value) {
        const moment = findMoment(normalize(value) as string);
        // The normal form is always readable and within the years 0000 to 9999.
        return printMoment(moment as Moment, "fixed") + zone;
      },
      decode(wire) {
        const moment = readMoment(wire);
        if (moment.cut) throw unreadable("a date and time with at most 6 digits of fraction");
        const text = printMoment(moment, "short");
        if (text === undefined) throw unreadable("a year from 0000 to 9999");
        return text + zone;
      },
    };
  }
  return {
    encode(value) {
      const isDate = value instanceof Date && !Number.isNaN(value.getTime());
      const iso = isoText(isDate ? value : (normalize(value) as Date));
      if (iso.length !== 24) throw new CodecError("Date is outside the years 0000 to 9999");
      return zone === "Z" ? iso : iso.slice(0, 23);
    },
    decode(wire) {
      const milliseconds = typeof wire === "string" ? readMilliseconds(wire) : Number.NaN;
      if (Number.isNaN(milliseconds)) {
        readMoment(wire);
        throw unreadable("a time that a Date reaches");
      }
      return new Date(milliseconds);
    },
  };
}

/** Moments are written as SQLite's own functions write them: with a space, and a fraction where there is one. */
function looseCodec(type: Of<"timestamp"> | Of<"timestamptz">): Codec {
  const { encode, decode } = temporalCodec(type.kind, type.host);
  return {
    encode: (value) =>
      String(encode(value))
        .replace("T", " ")
        .replace(/\.0+(?=Z?$)/, ""),
    decode,
  };
}

function readMoment(wire: Wire): Moment {
  const moment = typeof wire === "string" ? findMoment(wire) : undefined;
  if (moment === undefined) {
    throw new CodecError(
      "column holds no date and time in ISO 8601 text",
      "numbers are ambiguous (seconds, milliseconds, Julian days): map the column with z.codec()",
    );
  }
  return moment;
}

/** A value outside the enum is given as it is. */
function enumCodec(type: Of<"enum">): Codec {
  const { normalize } = valueRules(type);
  if (!type.values.every((value) => typeof value === "number")) {
    return { encode: (value) => normalize(value) as string, decode: (wire) => wire };
  }
  return {
    encode: (value) => BigInt(normalize(value) as number),
    decode: (wire) => (typeof wire === "bigint" ? safeNumber(wire) : wire),
  };
}

/** A JSON array of the elements' JSON forms. */
function arrayCodec(type: Of<"array">): Codec {
  const { normalize } = valueRules(type);
  const element = jsonForm(type.element);

  return {
    encode(value) {
      const items = normalize(value) as readonly unknown[];
      return JSON.stringify(items.map((item) => (item === null ? null : element.toJson(item))));
    },
    decode(wire) {
      const items = typeof wire === "string" ? readJson(wire) : undefined;
      if (!Array.isArray(items)) throw unreadable("a JSON array");
      return items.map((item: unknown) => (item === null ? null : element.fromJson(item)));
    },
  };
}

/** How a value stands inside JSON text. */
interface JsonForm {
  toJson(value: unknown): unknown;
  fromJson(value: unknown): unknown;
}

function jsonForm(type: StorageType): JsonForm {
  const { encode, decode } = sqliteCodec(type);

  switch (type.kind) {
    case "json":
      return { toJson: (value) => value, fromJson: (value) => value };
    case "boolean":
      return {
        toJson: (value) => value,
        fromJson: (value) => (typeof value === "boolean" ? value : decode(wireOf(value))),
      };
    case "bytes":
      return {
        toJson: (value) => hexOf(encode(value) as Uint8Array),
        fromJson: (value) => bytesOfHex(String(value)),
      };
    case "bigint":
      // JSON.parse would round a number.
      return {
        toJson: (value) => String(encode(value)),
        fromJson: (value) => decode(wireOf(value)),
      };
    default:
      return {
        toJson(value) {
          const wire = encode(value);
          return typeof wire === "bigint" ? Number(wire) : wire;
        },
        fromJson: (value) => decode(wireOf(value)),
      };
  }
}

function wireOf(value: unknown): Wire {
  if (typeof value === "string" || typeof value === "number") return value;
  if (typeof value === "boolean") return value ? 1 : 0;
  throw unreadable("an array of plain values");
}

function readJson(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    // The parser's message quotes the value.
    throw unreadable("JSON text");
  }
}

function unreadable(expected: string): CodecError {
  return new CodecError(`column doesn't hold ${expected}`);
}
