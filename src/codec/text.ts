import { CodecError } from "./codec.ts";

/** Refuses text that one of the databases can't hold: a NUL character, half of a surrogate pair. */
export function assertText(text: string): string {
  if (text.includes("\0")) {
    throw new CodecError(
      "text holds a NUL character, which PostgreSQL can't store",
      "remove it, or keep the value in a bytes() column",
    );
  }
  if (!text.isWellFormed()) {
    throw new CodecError(
      "text holds half of a surrogate pair, which has no UTF-8 form",
      "call .toWellFormed(), or cut text between code points",
    );
  }
  return text;
}

/** Refuses text of more than `limit` characters, counted as the databases do: by code point. */
export function assertLength(text: string, limit: number): string {
  // A string never has more code points than UTF-16 units.
  if (text.length > limit && [...text].length > limit) {
    throw new CodecError(`text is longer than the ${limit} characters of its column`);
  }
  return text;
}

/** The `n` of `varchar(n)`. */
export function varcharLength(dbType: string | undefined): number | undefined {
  const digits = dbType === undefined ? null : /^varchar\((\d+)\)$/.exec(dbType);
  return digits === null ? undefined : Number(digits[1]);
}

/** What a value is, for messages: never the value. */
export function describe(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  if (typeof value !== "object")
    return typeof value === "undefined" ? "undefined" : `a ${typeof value}`;

  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === null || prototype === Object.prototype) return "an object";
  const { constructor } = value;
  return typeof constructor === "function" && constructor.name !== ""
    ? `an instance of ${constructor.name}`
    : "an object";
}
