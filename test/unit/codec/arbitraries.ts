/** Values of every storage type, hostile ones made likely. */
import fc from "fast-check";
import { Decimal } from "../../../src/codec/decimal.ts";
import type { StorageType } from "../../../src/ir/type.ts";

/** A type and values that belong to it, before they are normalised. */
export interface TypedValues {
  readonly name: string;
  readonly type: StorageType;
  readonly values: fc.Arbitrary<unknown>;
}

const hostile = fc.constantFrom(
  "",
  "NULL",
  "null",
  "{}",
  "[]",
  '"',
  "\\",
  "\\x00",
  'a"b',
  "a,b",
  "a\\b",
  "'; drop table t --",
  "\u2028",
  "😀",
  "İı",
  "__proto__",
  "true",
  "10.5",
  "0",
  " ",
  "\t\n",
  "\u{10ffff}",
);

export const text: fc.Arbitrary<string> = fc.oneof(
  hostile,
  fc.string({ unit: "binary" }).map((value) => value.replaceAll("\0", "").toWellFormed()),
  fc.array(hostile, { maxLength: 5 }).map((parts) => parts.join("")),
);

const int32 = fc.oneof(fc.integer(), fc.constantFrom(0, -0, 2_147_483_647, -2_147_483_648));

const int64 = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.constantFrom(0n, 2n ** 53n + 1n, -(2n ** 53n) - 1n, 2n ** 63n - 1n, -(2n ** 63n)),
);

const float = fc.oneof(
  fc.double({ noDefaultInfinity: true, noNaN: true }),
  fc.constantFrom(0, -0, 5e-324, Number.MAX_VALUE, 2 ** 62, 1e21, 0.1, 1e23),
);

export const digits: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom("", "-"),
    fc.bigInt({ min: 0n, max: 10n ** 38n - 1n }),
    fc.option(fc.stringMatching(/^\d{1,30}$/), { nil: "" }),
  )
  .map(([sign, whole, fraction]) => `${sign}${whole}${fraction === "" ? "" : `.${fraction}`}`);

const decimal = fc.oneof(
  digits,
  digits.map((value) => new Decimal(value)),
  int64,
  fc.constantFrom("0", "-0", "1E+3", "1.50", "0.10", "100", "-0.000001", 0.1, -0),
);

const date = fc.oneof(
  fc.date({
    min: new Date("0000-01-01T00:00:00Z"),
    max: new Date("9999-12-31T23:59:59.999Z"),
    noInvalidDate: true,
  }),
  fc.constantFrom(
    new Date(0),
    new Date(-1),
    new Date("2024-02-29T23:59:59.999Z"),
    new Date("1883-11-18T12:00:00Z"),
    new Date("2026-03-29T01:30:00Z"),
    new Date("0000-01-01T00:00:00Z"),
    new Date("0001-01-01T00:00:00Z"),
  ),
);

const isoDate = date.map((value) => value.toISOString().slice(0, 10));
const fraction = fc.oneof(fc.constant(""), fc.stringMatching(/^\.\d{1,6}$/));

const isoTime = fc
  .tuple(fc.nat(23), fc.nat(59), fc.nat(59), fraction)
  .map(
    ([hour, minute, second, part]) =>
      `${[hour, minute, second].map((n) => String(n).padStart(2, "0")).join(":")}${part}`,
  );

const offset = fc.constantFrom("Z", "+00:00", "+05:30", "-08:00", "+0545", "+14", "-00:00");

const instantText = fc
  .tuple(isoDate, isoTime, offset)
  .map((parts) => `${parts[0]}T${parts[1]}${parts[2]}`)
  // An offset may lead out of the years that ISO text has.
  .filter((value) => !value.startsWith("0000-01-01") && !value.startsWith("9999-12-31"));

const wallText = fc.tuple(isoDate, isoTime).map(([day, time]) => `${day}T${time}`);

export const json: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>("10.5", "true", "null", "", 0, -0, null, [], {}, [null], [[]], {
    "": "",
  }),
  fc.letrec<{ value: unknown; object: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.constant(null),
      fc.boolean(),
      float,
      text,
      fc.array(tie("value"), { maxLength: 4 }),
      tie("object"),
    ),
    object: fc
      .array(
        fc.tuple(
          fc.oneof(text, fc.constantFrom("__proto__", "constructor", "toJSON")),
          tie("value"),
        ),
        { maxLength: 4 },
      )
      .map((members) => Object.fromEntries(members)),
  })).value,
);

const scalars: readonly TypedValues[] = [
  { name: "integer", type: { kind: "integer" }, values: int32 },
  {
    name: "integer as bigint",
    type: { kind: "integer", dbType: "bigint" },
    values: fc.oneof(int32, fc.maxSafeInteger()),
  },
  {
    name: "integer as smallint",
    type: { kind: "integer", dbType: "smallint" },
    values: fc.integer({ min: -32_768, max: 32_767 }),
  },
  { name: "bigint", type: { kind: "bigint" }, values: int64 },
  { name: "decimal", type: { kind: "decimal", precision: null, scale: null }, values: decimal },
  {
    name: "decimal(38, 18)",
    type: { kind: "decimal", precision: 38, scale: 18 },
    values: fc
      .tuple(
        fc.bigInt({ min: -(10n ** 20n) + 1n, max: 10n ** 20n - 1n }),
        fc.stringMatching(/^\d{1,18}$/),
      )
      .map(([whole, part]) => `${whole}.${part}`),
  },
  { name: "float", type: { kind: "float" }, values: float },
  { name: "boolean", type: { kind: "boolean" }, values: fc.boolean() },
  { name: "text", type: { kind: "text" }, values: text },
  { name: "varchar", type: { kind: "text", dbType: "varchar(500)" }, values: text },
  {
    name: "uuid",
    type: { kind: "uuid" },
    values: fc.oneof(
      fc.uuid(),
      fc.uuid().map((value) => value.toUpperCase()),
    ),
  },
  { name: "uuid as text", type: { kind: "uuid", dbType: "text" }, values: fc.uuid() },
  {
    name: "bytes",
    type: { kind: "bytes" },
    values: fc.oneof(
      fc.uint8Array(),
      fc.constantFrom(new Uint8Array(), Uint8Array.of(0), Buffer.from([255, 0])),
    ),
  },
  { name: "date", type: { kind: "date" }, values: isoDate },
  { name: "time", type: { kind: "time" }, values: fc.oneof(isoTime, fc.constant("09:30")) },
  { name: "timestamptz", type: { kind: "timestamptz", host: "date" }, values: date },
  { name: "timestamptz text", type: { kind: "timestamptz", host: "text" }, values: instantText },
  { name: "timestamp", type: { kind: "timestamp", host: "date" }, values: date },
  { name: "timestamp text", type: { kind: "timestamp", host: "text" }, values: wallText },
  {
    name: "enum",
    type: { kind: "enum", name: null, values: ["a", 'b"c', "NULL", ""] },
    values: fc.constantFrom("a", 'b"c', "NULL", ""),
  },
  {
    name: "integer enum",
    type: { kind: "enum", name: null, values: [0, 1, -7] },
    values: fc.constantFrom(0, 1, -7),
  },
  {
    name: "named enum",
    type: { kind: "enum", name: "mood", values: ["sad", "so so", "o'k"] },
    values: fc.constantFrom("sad", "so so", "o'k"),
  },
  { name: "json", type: { kind: "json" }, values: json },
];

/** Every storage type, and an array of each. */
export const everyType: readonly TypedValues[] = [
  ...scalars,
  ...scalars.map(({ name, type, values }): TypedValues => {
    // A JSON null in an array is NULL.
    const items = name === "json" ? values.filter((value) => value !== null) : values;
    return {
      name: `array of ${name}`,
      type: { kind: "array", element: type },
      values: fc.array(fc.option(items), { maxLength: 6 }),
    };
  }),
];
