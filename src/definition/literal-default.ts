import { z } from "zod";
import { isForeignDecimal } from "../codec/decimal-value.ts";
import { defOf, innerOf, type Schema } from "./zod-def.ts";

/**
 * The default of a schema when it is a literal, in the program's form; undefined when
 * there is none, or when a function makes it.
 *
 * Zod keeps both behind one getter, so the default is asked for twice, at two times and
 * with two random sequences: what comes out different, or is an object, was made by a
 * function. The user's function therefore runs; call this only when a schema is compiled.
 */
export function readLiteralDefault(schema: z.ZodType): unknown {
  if (!hasDefaultOf(schema)) return undefined;

  const first = evaluate(schema);
  if (!isLiteral(first)) return undefined;
  const second = elsewhere(() => evaluate(schema));
  return isLiteral(second) && sameLiteral(first, second) ? first : undefined;
}

/** Whether a `.default()` or `.prefault()` stands around the schema. */
export function hasDefaultOf(schema: Schema): boolean {
  const { type, in: before, out } = defOf(schema);
  if (type === "default" || type === "prefault") return true;
  // The default may stand before the pipe that brings it to its form, or after z.preprocess().
  if (type === "pipe") return hasDefaultOf(before) || hasDefaultOf(out);
  if (type === "lazy") return false;
  const inner = innerOf(schema);
  return inner !== undefined && hasDefaultOf(inner);
}

function evaluate(schema: z.ZodType): unknown {
  try {
    const result = z.safeParse(schema, undefined);
    return result.success ? result.data : undefined;
  } catch {
    // An asynchronous schema, or a default that can't be made here: no literal either way.
    return undefined;
  }
}

/** Runs `action` on another day, with another random sequence. */
function elsewhere<T>(action: () => T): T {
  const { Date: RealDate } = globalThis;
  const { random } = Math;
  const shift = 1000 * 60 * 60 * 24 * 400 + 11_111;

  class ShiftedDate extends RealDate {
    static override now(): number {
      return RealDate.now() + shift;
    }
    constructor(...parts: [] | [value: number | string | Date]) {
      if (parts.length === 0) super(ShiftedDate.now());
      else super(...parts);
    }
  }

  try {
    globalThis.Date = ShiftedDate as DateConstructor;
    Math.random = () => 1 - random() / 2;
    return action();
  } finally {
    globalThis.Date = RealDate;
    Math.random = random;
  }
}

function isLiteral(value: unknown): boolean {
  return (
    typeof value === "string" ||
    typeof value === "number" ||
    typeof value === "boolean" ||
    typeof value === "bigint" ||
    isForeignDecimal(value)
  );
}

function sameLiteral(left: unknown, right: unknown): boolean {
  return typeof left === typeof right && String(left) === String(right);
}
