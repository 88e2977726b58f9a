/** Names, types, columns and slots at random. */
import fc from "fast-check";
import type { ColumnRef, Slot } from "../../../src/ir/query.ts";
import type { StorageType } from "../../../src/ir/type.ts";
import {
  boolean,
  bytes,
  decimal,
  instant,
  integer,
  json,
  mood,
  tags,
  text,
  uuid,
} from "./build.ts";

/** Names that break keys and quoting when they are glued together. */
export const name: fc.Arbitrary<string> = fc.oneof(
  fc.string({ minLength: 1, maxLength: 8 }).filter((value) => !value.includes("\0")),
  fc.constantFrom("id", "a", 'a"', "1:a", "a1:b", "(", "-", "__proto__", "t0", "select"),
);

const types = [integer, text, boolean, instant, uuid, bytes, json, mood, tags];
export const type: fc.Arbitrary<StorageType> = fc.constantFrom(...types, decimal);

const index = fc.nat({ max: 3 });

export const slot = (of: fc.Arbitrary<StorageType> = type): fc.Arbitrary<Slot> =>
  fc.record({ kind: fc.constant("slot" as const), index, type: of });

export const listSlot = (of: fc.Arbitrary<StorageType>): fc.Arbitrary<Slot> =>
  fc.record({
    kind: fc.constant("slot" as const),
    index,
    type: of,
    list: fc.constant(true),
  });

export const column = (
  sources: readonly string[],
  of: fc.Arbitrary<StorageType> = type,
): fc.Arbitrary<ColumnRef> =>
  fc.record({
    kind: fc.constant("column" as const),
    source: fc.constantFrom(...sources),
    column: name,
    type: of,
    nullable: fc.boolean(),
  });
