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
