/** TypeScript source, put together from parts and laid out as the formatter would. */

/** A piece of source: text as it is, or a part that may take several lines. */
export type Code =
  | string
  | { readonly list: readonly Code[] }
  | { readonly object: readonly (readonly [key: string, value: Code])[] }
  | { readonly call: string; readonly arguments: readonly Code[] };

const lineWidth = 100;

/** A value as a literal; text in the quotes that need fewer escapes. */
export function literal(value: string | number | boolean): string {
  if (typeof value !== "string") return String(value);
  const text = JSON.stringify(value);
  const double = value.split('"').length;
  if (double <= value.split("'").length) return text;
  return `'${text.slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

/** A list of texts. */
export function literals(values: readonly (string | number)[]): Code {
  return { list: values.map(literal) };
}

/** An object without the properties that are undefined. */
export function object(properties: Readonly<Record<string, Code | undefined>>): Code {
  const entries = Object.entries(properties).filter(
    (entry): entry is [string, Code] => entry[1] !== undefined,
  );
  return { object: entries };
}

/** Whether an object has no properties. */
export function isEmptyObject(code: Code): boolean {
  return typeof code !== "string" && "object" in code && code.object.length === 0;
}

/**
 * Lays a piece out.
 *
 * @param indent - Spaces before the lines after the first.
 * @param taken - Columns of the first line that are taken before the piece and after it.
 */
export function layOut(code: Code, indent: number, taken: number): string {
  if (typeof code === "string") return code;
  const flat = flatten(code);
  if (flat.length + taken <= lineWidth && !mustBreak(code)) return flat;
  return breakUp(code, indent, taken);
}

/** Lists of several lists or objects, each with several parts, take a line for each. */
function mustBreak(code: Code): boolean {
  if (typeof code === "string") return false;
  if ("call" in code) return code.arguments.some(mustBreak);
  if ("object" in code) return code.object.some(([, value]) => mustBreak(value));
  const { list } = code;
  const lists = list.every(
    (part) => typeof part !== "string" && "list" in part && part.list.length > 1,
  );
  const objects = list.every(
    (part) => typeof part !== "string" && "object" in part && part.object.length > 1,
  );
  return (list.length > 1 && (lists || objects)) || list.some(mustBreak);
}

function breakUp(code: Exclude<Code, string>, indent: number, taken: number): string {
  const inner = indent + 2;
  const pad = " ".repeat(inner);
  const lines = (parts: readonly string[]) => parts.map((part) => `${pad}${part},\n`).join("");
  const end = " ".repeat(indent);
  if ("list" in code) {
    if (code.list.length === 0) return "[]";
    return `[\n${lines(code.list.map((part) => layOut(part, inner, inner + 1)))}${end}]`;
  }
  if ("object" in code) {
    if (code.object.length === 0) return "{}";
    const parts = code.object.map(([key, value]) => {
      const name = propertyName(key);
      if (name === value) return name;
      return `${name}: ${layOut(value, inner, inner + name.length + 3)}`;
    });
    return `{\n${lines(parts)}${end}}`;
  }
  return breakCall(code, indent, taken, lines);
}

function breakCall(
  code: { readonly call: string; readonly arguments: readonly Code[] },
  indent: number,
  taken: number,
  lines: (parts: readonly string[]) => string,
): string {
  const last = code.arguments.at(-1);
  const before = code.arguments.slice(0, -1).map((argument) => `${flatten(argument)}, `);
  const head = `${code.call}(${before.join("")}`;
  const hugs = last !== undefined && typeof last !== "string" && !("call" in last);
  // The last argument may stay on the line of the call while those before it fit there.
  if (hugs && taken + head.length + 1 <= lineWidth) {
    return `${head}${breakUp(last, indent, 0)})`;
  }
  const inner = indent + 2;
  return `${code.call}(\n${lines(code.arguments.map((part) => layOut(part, inner, inner + 1)))}${" ".repeat(indent)})`;
}

/** A piece on one line. */
export function flatten(code: Code): string {
  if (typeof code === "string") return code;
  if ("list" in code) return `[${code.list.map(flatten).join(", ")}]`;
  if ("call" in code) return `${code.call}(${code.arguments.map(flatten).join(", ")})`;
  if (code.object.length === 0) return "{}";
  const parts = code.object.map(([key, value]) =>
    value === key ? key : `${propertyName(key)}: ${flatten(value)}`,
  );
  return `{ ${parts.join(", ")} }`;
}

/** A property's name as it stands in an object. */
export function propertyName(name: string): string {
  return isIdentifier(name) ? name : JSON.stringify(name);
}

/** Whether a name may stand without quotes. */
export function isIdentifier(name: string): boolean {
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name);
}
