const CANONICAL = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const HEX = /^[0-9a-f]{32}$/;

/**
 * The one form of a UUID, or undefined when the text is none.
 *
 * Takes any case, 32 digits without dashes (as SQLAlchemy writes them) and braces.
 *
 * @example
 * ```ts
 * findUuid("0F8FAD5BD9CB469FA16570867728950E") // => "0f8fad5b-d9cb-469f-a165-70867728950e"
 * ```
 */
export function findUuid(text: string): string | undefined {
  if (CANONICAL.test(text)) return text;

  const bare = text.startsWith("{") && text.endsWith("}") ? text.slice(1, -1) : text;
  const lower = bare.toLowerCase();
  if (CANONICAL.test(lower)) return lower;
  if (!HEX.test(lower)) return undefined;
  return [
    lower.slice(0, 8),
    lower.slice(8, 12),
    lower.slice(12, 16),
    lower.slice(16, 20),
    lower.slice(20),
  ].join("-");
}
