/** Identifiers: the one quoter, and the length that PostgreSQL gives them. */

/** Bytes of UTF-8 that PostgreSQL keeps of a name; it silently cuts the rest. */
export const maxIdentifierBytes = 63;

/** Length in UTF-8. */
export function utf8Length(text: string): number {
  return Buffer.byteLength(text, "utf8");
}

/** The longest prefix of whole characters that fits in `bytes` of UTF-8. */
export function utf8Prefix(text: string, bytes: number): string {
  let length = 0;
  let end = 0;
  for (const character of text) {
    length += utf8Length(character);
    if (length > bytes) break;
    end += character.length;
  }
  return text.slice(0, end);
}

/** What is wrong with a name as an identifier, or undefined. */
export function identifierFault(
  name: string,
  maxBytes: number = maxIdentifierBytes,
): string | undefined {
  if (name === "") return "is empty";
  if (name.includes("\0")) return "contains a NUL character";
  if (!name.isWellFormed()) return "contains half of a surrogate pair";
  const bytes = utf8Length(name);
  return bytes > maxBytes ? `takes ${bytes} bytes, over the limit of ${maxBytes}` : undefined;
}

/**
 * Quotes an identifier for SQL: `a"b` becomes `"a""b"`.
 *
 * The only place where names enter SQL text. Definitions are checked before;
 * this is the last guard.
 *
 * @param maxBytes - The longest name the database keeps whole.
 * @throws {TypeError} The name is empty, too long, or holds NUL or half a surrogate pair.
 */
export function quoteIdentifier(name: string, maxBytes: number = maxIdentifierBytes): string {
  const fault = identifierFault(name, maxBytes);
  if (fault !== undefined) throw new TypeError(`an SQL identifier ${fault}`);
  return `"${name.replaceAll('"', '""')}"`;
}

/** A name with its schema, as it stands in SchemaIR: `audit.event`; without one, in the schema in use. */
export interface QualifiedName {
  readonly schema: string | undefined;
  readonly name: string;
}

/**
 * Takes a name of SchemaIR apart at its first dot.
 *
 * @example
 * ```ts
 * splitName("audit.event") // => { schema: "audit", name: "event" }
 * ```
 */
export function splitName(qualified: string): QualifiedName {
  const dot = qualified.indexOf(".");
  // A dot at an end separates nothing.
  if (dot <= 0 || dot === qualified.length - 1) return { schema: undefined, name: qualified };
  return { schema: qualified.slice(0, dot), name: qualified.slice(dot + 1) };
}

/** A name in a schema, as SchemaIR has it. */
export function qualifiedName(schema: string | undefined, name: string): string {
  return schema === undefined ? name : `${schema}.${name}`;
}

/** The name without its schema. */
export function bareName(qualified: string): string {
  return splitName(qualified).name;
}

/** The name of something that stands in the schema of `owner`: an index in that of its table. */
export function nameBeside(owner: string, name: string): string {
  return qualifiedName(splitName(owner).schema, name);
}

/** Quotes the parts of a name: `"audit"."event"`. */
export function quoteQualified(qualified: string): string {
  const { schema, name } = splitName(qualified);
  return schema === undefined
    ? quoteIdentifier(name)
    : `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
}

/** The schemas that names say, each once. */
export function schemasIn(names: readonly string[]): readonly string[] {
  return [...new Set(names.flatMap((name) => splitName(name).schema ?? []))];
}
