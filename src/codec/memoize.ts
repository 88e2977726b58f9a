import type { StorageType } from "../ir/type.ts";

/**
 * Text that is equal for equal storage types and different for others.
 *
 * @example
 * ```ts
 * storageTypeKey({ kind: "array", element: { kind: "text" } }) // => '["array",["text",null]]'
 * ```
 */
export function storageTypeKey(type: StorageType): string {
  return JSON.stringify(parts(type));
}

/** Wraps `make` so that equal storage types share one result. */
export function memoizeByType<T>(make: (type: StorageType) => T): (type: StorageType) => T {
  const byObject = new WeakMap<StorageType, T>();
  const byKey = new Map<string, T>();

  return (type) => {
    const known = byObject.get(type);
    if (known !== undefined) return known;

    const key = storageTypeKey(type);
    const result = byKey.get(key) ?? make(type);
    byKey.set(key, result);
    byObject.set(type, result);
    return result;
  };
}

function parts(type: StorageType): readonly unknown[] {
  switch (type.kind) {
    case "integer":
    case "bigint":
    case "text":
    case "uuid":
      return [type.kind, type.dbType ?? null];
    case "decimal":
      return [type.kind, type.precision, type.scale];
    case "timestamptz":
    case "timestamp":
      return [type.kind, type.host, type.loose ?? false];
    case "enum":
      return [type.kind, type.name, type.values, type.dbType ?? null];
    case "array":
      return [type.kind, parts(type.element)];
    case "raw":
      return [type.kind, type.declared];
    default:
      return [type.kind];
  }
}
