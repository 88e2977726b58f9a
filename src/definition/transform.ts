import { z } from "zod";
import { CodecError } from "../codec/codec.ts";
import { setOwn } from "../codec/json.ts";
import { defOf, innerOf, isCodec, type Payload, type Schema, type SchemaDef } from "./zod-def.ts";

/** Between the value that is stored and the program's. */
export interface Transform {
  toStored(value: unknown): unknown;
  fromStored(value: unknown): unknown;
}

/**
 * The codecs of a schema as one transform, or undefined when the program sees what is stored.
 *
 * Only the codecs' own functions run; what was stored is not validated again. The exception is
 * a union or an intersection with codecs inside: Zod must say which alternative a value is.
 */
export function findTransform(schema: Schema): Transform | undefined {
  return new TransformReader().find(schema);
}

class TransformReader {
  /** Recursive schemas meet their own transform while it is being made. */
  readonly #made = new Map<Schema, Transform>();

  find(schema: Schema): Transform | undefined {
    const known = this.#made.get(schema);
    if (known !== undefined) return known;
    if (!holdsCodec(schema, new Set())) return undefined;

    let made: Transform | undefined;
    this.#made.set(schema, {
      toStored: (value) => (made === undefined ? value : made.toStored(value)),
      fromStored: (value) => (made === undefined ? value : made.fromStored(value)),
    });
    made = this.#make(schema);
    return made;
  }

  #make(schema: Schema): Transform {
    const def = defOf(schema);
    switch (def.type) {
      case "pipe":
        return isCodec(def) ? this.#codec(def) : this.#inner(def.out);
      case "object":
        return this.#object(def);
      case "record":
        return everyValue(this.#inner(def.valueType));
      case "array":
        return everyItem(() => this.#inner(def.element));
      case "tuple":
        return this.#tuple(def);
      case "custom":
        // Only a Buffer's schema is taken for a codec: columns give plain bytes.
        return { toStored: (value) => value, fromStored: toBuffer };
      default: {
        const inner = innerOf(schema);
        return inner === undefined ? throughZod(schema) : unlessAbsent(this.#inner(inner));
      }
    }
  }

  #inner(schema: Schema): Transform {
    return this.find(schema) ?? identity;
  }

  #codec(def: SchemaDef): Transform {
    const before = this.#inner(def.in);
    const after = this.#inner(def.out);
    const { transform, reverseTransform } = def;
    return {
      toStored: (value) => before.toStored(run(reverseTransform, after.toStored(value))),
      fromStored: (value) => after.fromStored(run(transform, before.fromStored(value))),
    };
  }

  #object({ shape, catchall }: SchemaDef): Transform {
    const members = new Map(Object.entries(shape).map(([key, member]) => [key, this.find(member)]));
    const others = catchall === undefined ? undefined : this.find(catchall);
    const pick = (key: string): Transform | undefined =>
      members.has(key) ? members.get(key) : others;
    return {
      toStored: (value) => mapMembers(value, (item, key) => (pick(key) ?? identity).toStored(item)),
      fromStored: (value) =>
        mapMembers(value, (item, key) => (pick(key) ?? identity).fromStored(item)),
    };
  }

  #tuple({ items, rest }: SchemaDef): Transform {
    const fixed = items.map((item) => this.#inner(item));
    const others = rest === null ? identity : this.#inner(rest);
    return everyItem((index) => fixed[index] ?? others);
  }
}

/** Whether a codec is reachable from a schema. */
function holdsCodec(schema: Schema, seen: Set<Schema>): boolean {
  if (seen.has(schema)) return false;
  seen.add(schema);
  return (
    isCodec(defOf(schema)) ||
    isBuffer(schema) ||
    partsOf(schema).some((part) => holdsCodec(part, seen))
  );
}

const identity: Transform = { toStored: (value) => value, fromStored: (value) => value };

/** The schemas whose values are part of a value of this schema. */
function partsOf(schema: Schema): readonly Schema[] {
  const def = defOf(schema);
  switch (def.type) {
    case "pipe":
      return [def.out];
    case "object":
      return [...Object.values(def.shape), ...(def.catchall === undefined ? [] : [def.catchall])];
    case "record":
      return [def.valueType];
    case "array":
      return [def.element];
    case "tuple":
      return [...def.items, ...(def.rest === null ? [] : [def.rest])];
    case "union":
      return def.options;
    case "intersection":
      return [def.left, def.right];
    default: {
      const inner = innerOf(schema);
      return inner === undefined ? [] : [inner];
    }
  }
}

function isBuffer(schema: Schema): boolean {
  return defOf(schema).type === "custom" && schema._zod.bag["Class"] === Buffer;
}

function toBuffer(value: unknown): unknown {
  return value instanceof Uint8Array
    ? Buffer.from(value.buffer, value.byteOffset, value.byteLength)
    : value;
}

/** Runs a codec's own function the way Zod does. */
function run(step: SchemaDef["transform"], value: unknown): unknown {
  const payload: Payload = { value, issues: [] };
  const result = step === undefined ? value : step(value, payload);
  if (result instanceof Promise) {
    throw new CodecError(
      "a column's z.codec() is asynchronous",
      "columns need codecs that answer at once",
    );
  }
  if (payload.issues.length > 0) throw new CodecError("the column's z.codec() refused the value");
  return result;
}

function throughZod(schema: Schema): Transform {
  return {
    toStored: (value) => z.encode(schema, value),
    fromStored: (value) => z.decode(schema, value),
  };
}

function unlessAbsent({ toStored, fromStored }: Transform): Transform {
  return {
    toStored: (value) => (isAbsent(value) ? value : toStored(value)),
    fromStored: (value) => (isAbsent(value) ? value : fromStored(value)),
  };
}

function everyItem(pick: (index: number) => Transform): Transform {
  return {
    toStored: (value) =>
      Array.isArray(value) ? value.map((item, at) => pick(at).toStored(item)) : value,
    fromStored: (value) =>
      Array.isArray(value) ? value.map((item, at) => pick(at).fromStored(item)) : value,
  };
}

function everyValue(transform: Transform): Transform {
  return {
    toStored: (value) => mapMembers(value, (item) => transform.toStored(item)),
    fromStored: (value) => mapMembers(value, (item) => transform.fromStored(item)),
  };
}

function mapMembers(value: unknown, map: (item: unknown, key: string) => unknown): unknown {
  if (typeof value !== "object" || isAbsent(value) || Array.isArray(value)) return value;
  const result = {};
  for (const [key, item] of Object.entries(value as object)) setOwn(result, key, map(item, key));
  return result;
}

function isAbsent(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}
