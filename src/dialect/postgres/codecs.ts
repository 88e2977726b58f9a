import { bytesOfHex, hexOf, plainBytes } from "../../codec/bytes.ts";
import { type Codec, CodecError, type WireValue } from "../../codec/codec.ts";
import { assertDigits, decimalText, decodeDecimal, toDecimal } from "../../codec/decimal-value.ts";
import { jsonText, parseJson } from "../../codec/json.ts";
import { memoizeByType } from "../../codec/memoize.ts";
import { safeNumber, toFloat } from "../../codec/number.ts";
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
import type { DbType, StorageType, TemporalHost } from "../../ir/type.ts";
import { readArray, writeArray } from "./array-literal.ts";

type Wire = Exclude<WireValue, null>;
type Of<Kind extends StorageType["kind"]> = Extract<StorageType, { kind: Kind }>;

/**
 * How PostgreSQL holds a storage type; the same codec for equal types.
 *
 * Everything is text both ways (bytes excepted), in the server's ISO style. What an `inline`
 * snippet leaves unchecked, the column's own type guarantees.
 */
export const postgresCodec: (type: StorageType) => Codec = memoizeByType(makeCodec);

function makeCodec(type: StorageType): Codec {
  const { normalize } = valueRules(type);

  switch (type.kind) {
    case "integer":
      return integerCodec(type);
    case "bigint":
      return {
        encode: (value) => String(normalize(value)),
        decode: (wire) => BigInt(wire as string),
        inline: "BigInt(v)",
      };
    case "decimal":
      return {
        encode: (value) => decimalText(assertDigits(toDecimal(value), type.precision, type.scale)),
        decode: decodeDecimal,
      };
    case "float":
      // "NaN" and "Infinity" read as JavaScript writes them.
      return { encode: (value) => String(toFloat(value)), decode: Number, inline: "+v" };
    case "boolean":
      return {
        // As the server prints it: what was written stands for the row until it is read again.
        encode: (value) => (normalize(value) === true ? "t" : "f"),
        decode: (wire) => wire === "t",
        inline: 'v==="t"',
      };
    case "text":
      return { encode: (value) => normalize(value) as string, decode: (wire) => wire, inline: "v" };
    case "uuid":
      return uuidCodec(type.dbType);
    case "bytes":
      return { encode: (value) => normalize(value) as Uint8Array, decode: decodeBytes };
    case "date":
      return { encode: encodeDate, decode: decodeDate };
    case "time":
      return { encode: (value) => normalize(value) as string, decode: decodeTime };
    case "timestamptz":
    case "timestamp":
      return temporalCodec(type.kind, type.host);
    case "enum":
      return enumCodec(type);
    case "json":
      return { encode: jsonText, decode: decodeJson };
    case "array":
      return arrayCodec(type);
    case "raw":
      return { encode: (value) => normalize(value) as string, decode: (wire) => wire, inline: "v" };
  }
}

function integerCodec(type: Of<"integer">): Codec {
  const { normalize } = valueRules(type);
  const encode = (value: unknown): string => String(normalize(value));
  if (type.dbType === "bigint") return { encode, decode: decodeSafe };
  return { encode, decode: Number, inline: "+v" };
}

/** The server prints uuid in the one form; a text column may hold another. */
function uuidCodec(dbType: DbType | undefined): Codec {
  const { normalize } = valueRules({ kind: "uuid" });
  const encode = (value: unknown): string => normalize(value) as string;
  if (dbType === undefined || dbType === "uuid")
    return { encode, decode: (wire) => wire, inline: "v" };
  return {
    encode,
    decode(wire) {
      const uuid = findUuid(String(wire).trimEnd());
      if (uuid === undefined) throw unreadable("a UUID");
      return uuid;
    },
  };
}

function decodeSafe(wire: Wire): number {
  const number = Number(wire);
  return Number.isSafeInteger(number) ? number : safeNumber(wire as string);
}

function decodeBytes(wire: Wire): Uint8Array {
  if (wire instanceof Uint8Array) return plainBytes(wire);
  // Inside an array, bytes come as text.
  if (typeof wire === "string" && wire.startsWith("\\x")) return bytesOfHex(wire.slice(2));
  throw unreadable("bytes");
}

/** The server has no year 0: 0000 is 1 BC to it. */
function encodeDate(value: unknown): string {
  return withEra(valueRules({ kind: "date" }).normalize(value) as string);
}

function decodeDate(wire: Wire): string {
  const text = withoutEra(wire as string);
  if (isDate(text)) return text;
  throw unreadable("a date from 0000-01-01 to 9999-12-31");
}

function decodeTime(wire: Wire): string {
  // The server alone has this end of a day.
  if (wire === "24:00:00") return wire;
  const time = findTime(wire as string);
  if (time === undefined) throw unreadable("a time of day");
  return time;
}

function decodeJson(wire: Wire): unknown {
  return parseJson(wire as string);
}

function temporalCodec(kind: "timestamptz" | "timestamp", host: TemporalHost): Codec {
  const { normalize } = valueRules({ kind, host });
  const zone = kind === "timestamptz" ? "Z" : "";

  if (host === "text") {
    return {
      encode: (value) => withEra(normalize(value) as string),
      decode(wire) {
        const text = printMoment(readMoment(wire), "short");
        if (text === undefined) throw unreadable("a year from 0000 to 9999");
        return text + zone;
      },
    };
  }
  return {
    encode: (value) => dateText(normalize(value) as Date, zone),
    decode(wire) {
      const milliseconds = readMilliseconds(wire as string);
      if (Number.isNaN(milliseconds)) {
        readMoment(wire);
        throw unreadable("a time that a Date reaches");
      }
      return new Date(milliseconds);
    },
  };
}

function readMoment(wire: Wire): Moment {
  const moment = findMoment(wire as string);
  if (moment === undefined) {
    throw new CodecError(
      "column holds no date and time in the server's ISO style (infinity has no form either)",
      "leave the connection's DateStyle at ISO",
    );
  }
  return moment;
}

/** ISO text with a year as the server reads it: no sign, BC for years before 1. */
function dateText(date: Date, zone: string): string {
  const iso = isoText(date);
  const text = iso.slice(0, -1) + zone;
  if (iso.length === 24) return withEra(text);

  // "+012026-01-31T…" or "-000043-01-31T…": a sign and six digits.
  const year = Number(iso.slice(0, 7));
  if (year < -4712)
    throw new CodecError("Date is before the year 4713 BC, where PostgreSQL begins");
  const rest = text.slice(7);
  return year > 0 ? year + rest : `${String(1 - year).padStart(4, "0")}${rest} BC`;
}

function withEra(text: string): string {
  return text.startsWith("0000-") ? `0001${text.slice(4)} BC` : text;
}

function withoutEra(text: string): string {
  return text.startsWith("0001-") && text.endsWith(" BC") ? `0000${text.slice(4, -3)}` : text;
}

/** A value outside the enum is given as it is. */
function enumCodec(type: Of<"enum">): Codec {
  const { normalize } = valueRules(type);
  const encode = (value: unknown): string => String(normalize(value));
  return type.values.every((value) => typeof value === "number")
    ? { encode, decode: decodeSafe }
    : { encode, decode: (wire) => wire, inline: "v" };
}

function arrayCodec(type: Of<"array">): Codec {
  const { normalize } = valueRules(type);
  const element = postgresCodec(type.element);
  return {
    encode: (value) => encodeItems(element, normalize(value) as readonly unknown[]),
    decode: (wire) =>
      readArray(wire as string).map((item) => (item === null ? null : element.decode(item))),
  };
}

/** An array literal of values in their wire form; null elements are NULL. */
export function encodeItems(element: Codec, values: readonly unknown[]): string {
  return writeCells(values.map((value) => (value === null ? null : element.encode(value))));
}

/** An array literal of what codecs wrote. */
export function writeCells(cells: readonly WireValue[]): string {
  return writeArray(
    cells.map((cell) => {
      if (cell === null || typeof cell === "string") return cell;
      return typeof cell === "object" ? `\\x${hexOf(cell)}` : String(cell);
    }),
  );
}

function unreadable(expected: string): CodecError {
  return new CodecError(`column doesn't hold ${expected}`);
}
