import { CodecError } from "./codec.ts";
import { assertText, describe } from "./text.ts";

// SQLite's JSON functions read 1,000 levels.
const MAX_DEPTH = 1000;

/** JSON's own null, as a stored value: plain `null` means SQL NULL to everything that binds. */
export const jsonNull: unique symbol = Symbol("JSON null");

/** Where the copy is; pushed and popped on the way. */
type Path = (string | number)[];

/**
 * Copies a JSON value; properties that are `undefined` are left out, -0 becomes 0.
 *
 * @throws {CodecError} Something in it has no JSON form; the message says where.
 */
export function copyJson(value: unknown): unknown {
  return isJson(value, 0, true) ? copyChecked(value) : copy(value, []);
}

/** What `copy` gives for a value that passed `isJson`; several times faster, since nothing can be refused. */
function copyChecked(value: unknown): unknown {
  if (typeof value === "number") return value + 0;
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    const items: unknown[] = new Array(value.length);
    for (let index = 0; index < items.length; index += 1) items[index] = copyChecked(value[index]);
    return items;
  }
  const result = {};
  for (const key of Object.keys(value)) {
    const item = (value as Record<string, unknown>)[key];
    if (item !== undefined) setOwn(result, key, copyChecked(item));
  }
  return result;
}

/** The JSON text of a value, after the same checks. */
export function jsonText(value: unknown): string {
  if (value === jsonNull) return "null";
  // JSON.stringify alone would write NaN as null and a Date as text. The copy says what is wrong, and where.
  if (!isJson(value, 0, false)) return JSON.stringify(copy(value, []));
  const text = JSON.stringify(value);
  // A NUL and half a character are written as escapes, so that one look at the text tells of all strings in it.
  return text.includes("\\u") ? JSON.stringify(copy(value, [])) : text;
}

// A string of JSON text, and the colon that makes it a key.
const STRINGS = /"[^"\\]*(?:\\.[^"\\]*)*"(\s*:)?/g;

/**
 * What `JSON.parse` gives, with every key as it was written.
 *
 * V8 (13.6 to 14.6 at least, nodejs/node#63785) takes a key that holds an escape for a key it has seen before
 * when their first characters look alike in the text: `{"a":1,"\n":2}` comes back with the key `\`. Such a key
 * is therefore never shown to it as a key.
 *
 * @throws {SyntaxError} The text is no JSON.
 */
export function parseJson(text: string): unknown {
  if (!text.includes("\\")) return JSON.parse(text);

  const keys: string[] = [];
  let escapes = false;
  const numbered = text.replace(STRINGS, (string: string, colon: string | undefined) => {
    if (colon === undefined) return string;
    const key = string.slice(0, -colon.length);
    escapes ||= key.includes("\\");
    return `"#${keys.push(key) - 1}":`;
  });
  return escapes ? named(JSON.parse(numbered), keys) : JSON.parse(text);
}

/** A value whose keys are numbers of `keys`, with the keys themselves. */
function named(value: unknown, keys: readonly string[]): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => named(item, keys));
  const result = {};
  for (const [number, item] of Object.entries(value)) {
    setOwn(result, JSON.parse(keys[Number(number.slice(1))] ?? "") as string, named(item, keys));
  }
  return result;
}

/** Whether both are the same JSON value; the order of keys doesn't count. */
export function equalJson(left: unknown, right: unknown): boolean {
  if (Object.is(left, right)) return true;
  if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) {
    return left === 0 && right === 0;
  }
  if (Array.isArray(left) || Array.isArray(right)) {
    return (
      Array.isArray(left) &&
      Array.isArray(right) &&
      left.length === right.length &&
      left.every((item, index) => equalJson(item, right[index]))
    );
  }

  const members = membersOf(left);
  const others = new Map(membersOf(right));
  return (
    members.length === others.size &&
    members.every(([key, item]) => others.has(key) && equalJson(item, others.get(key)))
  );
}

/** Text that is equal for equal JSON values and different for others, of what `JSON.parse` gave. */
export function jsonKey(value: unknown): string {
  if (typeof value !== "object" || value === null) {
    // A number beyond a double is Infinity here, which is not null; -0 is 0.
    return typeof value === "number" ? String(value) : JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map(jsonKey).join(",")}]`;
  const members = Object.entries(value).map(([key, item]) => [JSON.stringify(key), jsonKey(item)]);
  // Keys are different texts, so no two compare as equal.
  members.sort(([left = ""], [right = ""]) => (left < right ? -1 : 1));
  return `{${members.map((member) => member.join(":")).join(",")}}`;
}

/** Defines a property even where assignment would call a setter: `__proto__` is a key like any other. */
export function setOwn(target: object, key: string, value: unknown): void {
  if (key === "__proto__") {
    Object.defineProperty(target, key, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  } else {
    (target as Record<string, unknown>)[key] = value;
  }
}

/**
 * Whether `copy` would take the value; several times faster, since it keeps no path.
 *
 * @param strings - Whether to look into strings; without it, they may hold what no database takes.
 */
function isJson(value: unknown, depth: number, strings: boolean): boolean {
  switch (typeof value) {
    case "string":
      return !strings || (!value.includes("\0") && value.isWellFormed());
    case "boolean":
      return true;
    case "number":
      return Number.isFinite(value);
    case "object":
      return value === null || (depth < MAX_DEPTH && isJsonObject(value, depth, strings));
    default:
      return false;
  }
}

function isJsonObject(value: object, depth: number, strings: boolean): boolean {
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index += 1) {
      if (!isJson(value[index], depth + 1, strings)) return false;
    }
    return true;
  }
  if (!isPlain(value)) return false;
  // Not Object.keys(), which makes a list; what a prototype adds is looked at as well and does no harm.
  for (const key in value) {
    const item = (value as Record<string, unknown>)[key];
    if (item === undefined) continue;
    if (!(isJson(key, 0, strings) && isJson(item, depth + 1, strings))) return false;
  }
  return true;
}

function copy(value: unknown, path: Path): unknown {
  switch (typeof value) {
    case "string":
      return textAt(value, path);
    case "boolean":
      return value;
    case "number":
      if (!Number.isFinite(value)) throw refusal("NaN or an infinity", path);
      return value + 0;
    case "object":
      return value === null ? null : copyObject(value, path);
    default:
      throw refusal(describe(value), path);
  }
}

function copyObject(value: object, path: Path): unknown {
  if (path.length >= MAX_DEPTH) {
    throw new CodecError(`JSON is nested deeper than ${MAX_DEPTH} levels, or holds itself`);
  }
  // Array.from turns holes into undefined, which is refused.
  if (Array.isArray(value)) return Array.from(value, (item, index) => copyAt(index, item, path));

  if (!isPlain(value)) throw refusal(describe(value), path);

  const result = {};
  for (const [key, item] of membersOf(value)) {
    setOwn(result, textAt(key, path), copyAt(key, item, path));
  }
  return result;
}

function copyAt(key: string | number, value: unknown, path: Path): unknown {
  path.push(key);
  const result = copy(value, path);
  path.pop();
  return result;
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null || isForeignPlain(prototype);
}

/** The `Object.prototype` of another realm (a worker's message, a test runner's sandbox). */
function isForeignPlain(prototype: unknown): boolean {
  return (
    typeof prototype === "object" &&
    prototype !== null &&
    Object.getPrototypeOf(prototype) === null &&
    Object.hasOwn(prototype, "isPrototypeOf")
  );
}

function membersOf(value: object): [string, unknown][] {
  return Object.entries(value).filter(([, item]) => item !== undefined);
}

function textAt(text: string, path: Path): string {
  try {
    return assertText(text);
  } catch (error) {
    if (error instanceof CodecError)
      throw new CodecError(`${error.message}, at ${pathText(path)}`, error.hint);
    throw error;
  }
}

function refusal(found: string, path: Path): CodecError {
  return new CodecError(
    `JSON can't hold ${found}, found at ${pathText(path)}`,
    "convert it before, or declare that part of the schema with z.codec()",
  );
}

function pathText(path: Path): string {
  return path.length === 0
    ? "the top"
    : path.map((part) => (typeof part === "number" ? `[${part}]` : `.${part}`)).join("");
}
