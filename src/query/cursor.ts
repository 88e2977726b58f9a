/** The text of a cursor: where a row stands in one ordering, safe in a URL. */
import { createHash } from "node:crypto";
import { InvalidCursorError } from "../errors/errors.ts";

/** A cell as the database gave it. */
export type Cell = null | string | number | bigint | Uint8Array;

/** What a cursor says. */
export interface Position {
  /** The sort keys of the row. */
  readonly cells: readonly Cell[];
  /** Whether a page begins with the row itself. */
  readonly inclusive: boolean;
}

const checksumLength = 4;

/** @param ordering - The fingerprint of the ordering that the position belongs to. */
export function writeCursor(ordering: string, { cells, inclusive }: Position): string {
  const text = JSON.stringify([ordering, inclusive ? 1 : 0, ...cells.map(packCell)]);
  const body = Buffer.from(text);
  return Buffer.concat([checksum(body), body]).toString("base64url");
}

/**
 * Reads a cursor back.
 *
 * @param length - How many sort keys the ordering has.
 * @throws {InvalidCursorError} The text is no cursor, or one of another ordering.
 */
export function readCursor(cursor: unknown, ordering: string, length: number): Position {
  const [theirs, inclusive, ...packed] = open(cursor);
  if (theirs !== ordering) {
    throw new InvalidCursorError("the cursor belongs to another ordering", {
      hint: "use a cursor with the same orderBy() that it came from; begin without one after changing it",
    });
  }
  const cells = packed.map(unpackCell);
  if (cells.length !== length || (inclusive !== 0 && inclusive !== 1)) throw unreadable();
  return { cells, inclusive: inclusive === 1 };
}

function open(cursor: unknown): unknown[] {
  if (typeof cursor !== "string" || !/^[\w-]+$/u.test(cursor)) throw unreadable();
  const bytes = Buffer.from(cursor, "base64url");
  const body = bytes.subarray(checksumLength);
  if (!checksum(body).equals(bytes.subarray(0, checksumLength))) throw unreadable();
  try {
    const parts: unknown = JSON.parse(body.toString());
    if (Array.isArray(parts)) return parts;
  } catch {
    // Said below.
  }
  throw unreadable();
}

function checksum(body: Uint8Array): Buffer {
  return createHash("sha256").update(body).digest().subarray(0, checksumLength);
}

function packCell(cell: Cell): unknown {
  if (typeof cell === "bigint") return { n: String(cell) };
  if (typeof cell === "number" && !Number.isFinite(cell)) return { f: String(cell) };
  if (cell instanceof Uint8Array) return { b: Buffer.from(cell).toString("base64url") };
  return cell;
}

function unpackCell(packed: unknown): Cell {
  if (packed === null || typeof packed === "string" || typeof packed === "number") return packed;
  if (typeof packed !== "object") throw unreadable();
  const [entry, ...more] = Object.entries(packed) as [string, unknown][];
  if (entry === undefined || more.length > 0) throw unreadable();
  const [kind, text] = entry;
  if (typeof text !== "string") throw unreadable();
  if (kind === "n" && /^-?\d+$/u.test(text)) return BigInt(text);
  if (kind === "f" && /^-?Infinity$/u.test(text)) return Number(text);
  if (kind === "b") return new Uint8Array(Buffer.from(text, "base64url"));
  throw unreadable();
}

function unreadable(): InvalidCursorError {
  return new InvalidCursorError("the cursor can't be read", {
    hint: "pass on what a page gave as next or previous, unchanged",
  });
}
