import { CodecError, type WireValue } from "../codec/codec.ts";
import { ColumnCodecError } from "../codec/column-error.ts";
import type { Dialect } from "../dialect/dialect.ts";
import type { StorageType } from "../ir/type.ts";
import type { BoundSlot } from "../sql/dialect.ts";
import { momentForms, textForms } from "../sql/pattern.ts";

/** Turns the values of one execution into what the driver binds, in the order of placeholders. */
export type Bind = (values: readonly unknown[]) => WireValue[];

type Encoder = (value: unknown) => WireValue;

const text: StorageType = { kind: "text" };
const count: StorageType = { kind: "integer", dbType: "bigint" };

/**
 * Compiles the binding of a statement: one encoder for each placeholder, chosen now.
 *
 * The binder throws `ColumnCodecError`, naming what the value was for, when a value
 * has no exact form, is undefined, or is NULL where NULL is compared; nothing has
 * been sent then.
 */
export function compileBind(slots: readonly BoundSlot[], dialect: Dialect): Bind {
  const encoders = slots.map((slot) => encoderOf(slot, dialect));
  const indexes = slots.map(({ index }) => index);
  const { length } = slots;

  return (values) => {
    const bound: WireValue[] = [];
    let place = 0;
    try {
      for (; place < length; place++) {
        // Both lists are as long as `slots`.
        bound.push((encoders[place] as Encoder)(values[indexes[place] as number]));
      }
    } catch (error) {
      throw named(error, slots[place]?.label ?? null);
    }
    return bound;
  };
}

function encoderOf({ type, form, nullable }: BoundSlot, dialect: Dialect): Encoder {
  if (form === "value") {
    const encode = type === null ? rawEncoder(dialect) : dialect.codec(type).encode;
    return nullable ? orNull(encode) : notNull(encode);
  }
  if (form === "list") return listEncoder(type, nullable, dialect);
  if (form === "jsonPath")
    return (value) => dialect.jsonPath(value as readonly (string | number)[]);
  if (form === "cell") return nullable ? asItIs : notNull(asItIs);
  if (form === "count") return notNull(countEncoder(dialect));
  if (form in momentForms) {
    const rewrite = momentForms[form as keyof typeof momentForms];
    const { encode } = dialect.codec(type ?? text);
    return notNull((value) => rewrite(String(encode(value))));
  }
  const rewrite = textForms[form as keyof typeof textForms];
  const { encode } = dialect.codec(text);
  return notNull((value) => rewrite(String(encode(value))));
}

function asItIs(value: unknown): WireValue {
  return value as WireValue;
}

function orNull(encode: Encoder): Encoder {
  return (value) => {
    if (value === null) return null;
    if (value === undefined) throw missing();
    return encode(value);
  };
}

function notNull(encode: Encoder): Encoder {
  return (value) => {
    if (value === null) throw new CodecError("expected a value, found null", "use isNull()");
    if (value === undefined) throw missing();
    return encode(value);
  };
}

/** Lists that are stored may hold NULLs; lists that are compared may not. */
function listEncoder(type: StorageType | null, nullable: boolean, dialect: Dialect): Encoder {
  const encode = type === null ? rawEncoder(dialect) : dialect.listEncoder(type);
  return (value) => {
    if (!Array.isArray(value)) throw new CodecError("expected a list of values");
    const list: readonly unknown[] = value;
    // Not `includes`: holes are undefined too.
    for (let place = 0; place < list.length; place++) {
      if (list[place] === undefined) throw missing();
      if (list[place] === null && !nullable) {
        throw new CodecError("expected a list without null", "use isNull() beside it");
      }
    }
    return encode(list);
  };
}

function countEncoder(dialect: Dialect): Encoder {
  const { encode } = dialect.codec(count);
  return (value) => {
    if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0) {
      throw new CodecError("expected a whole number from 0");
    }
    return encode(value);
  };
}

function rawEncoder({ encodeRaw }: Dialect): Encoder {
  return (value) => {
    const encoded = encodeRaw(value);
    if (encoded === undefined) throw new CodecError("the value has no SQL form");
    return encoded;
  };
}

function missing(): CodecError {
  return new CodecError("expected a value, found undefined", "write null to store NULL");
}

function named(error: unknown, label: string | null): unknown {
  return error instanceof CodecError && label !== null ? new ColumnCodecError(label, error) : error;
}
