/** Plain data as TypeScript source, laid out as a formatter would. */

/** Text that goes into the source as it is: a call, a tagged template. */
export class Code {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

const width = 100;

/**
 * Writes data as a literal: on one line where it fits, else one entry a line.
 *
 * @param indent - How far the line it stands on is indented.
 * @param used - Characters that stand before it on that line.
 */
export function writeLiteral(value: unknown, indent: number = 0, used: number = indent): string {
  const flat = oneLine(value);
  if (used + flat.length <= width - 1 && !flat.includes("\n")) return flat;
  if (value instanceof Code || typeof value !== "object" || value === null) return flat;
  const inner = " ".repeat(indent + 2);
  if (Array.isArray(value)) {
    const entries = value.map((each) => `${inner}${writeLiteral(each, indent + 2)},\n`);
    return `[\n${entries.join("")}${" ".repeat(indent)}]`;
  }
  const entries = present(value).map(([key, each]) => {
    const name = propertyName(key);
    return `${inner}${name}: ${writeLiteral(each, indent + 2, indent + 4 + name.length)},\n`;
  });
  return `{\n${entries.join("")}${" ".repeat(indent)}}`;
}

/** A call with literal arguments; one that is too long is broken inside its last argument, or one argument a line. */
export function writeCall(name: string, given: readonly unknown[], indent = 0): string {
  const flat = `${name}(${given.map(oneLine).join(", ")})`;
  if (indent + flat.length <= width - 1) return flat;
  const head = `${name}(${given
    .slice(0, -1)
    .map((each) => `${oneLine(each)}, `)
    .join("")}`;
  const last = given.at(-1);
  if (indent + head.length < width - 2 && typeof last === "object" && last !== null) {
    // Forced apart: a literal of several lines holds the call together.
    return `${head}${writeLiteral(last, indent, width)})`;
  }
  const inner = " ".repeat(indent + 2);
  const lines = given.map((each) => `${inner}${writeLiteral(each, indent + 2)},\n`);
  return `${name}(\n${lines.join("")}${" ".repeat(indent)})`;
}

function oneLine(value: unknown): string {
  if (value instanceof Code) return value.text;
  if (Array.isArray(value)) return `[${value.map(oneLine).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    const entries = present(value).map(([key, each]) => `${propertyName(key)}: ${oneLine(each)}`);
    return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`;
  }
  // Line separators of Unicode may stand in a string since ES2019, but editors warn of them.
  return JSON.stringify(value).replace(
    /[\u2028\u2029]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16)}`,
  );
}

function present(value: object): readonly (readonly [string, unknown])[] {
  return Object.entries(value).filter(([, each]) => each !== undefined);
}

function propertyName(key: string): string {
  // In a literal, `__proto__: x` would set the prototype.
  if (key === "__proto__") return '["__proto__"]';
  return /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(key) ? key : JSON.stringify(key);
}
