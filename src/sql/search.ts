/**
 * Searches as people type them: words, "several words", -not, or. Both databases get the
 * same one in their own form, so nothing that is typed is an error of theirs.
 */

/** Words and phrases that must all be there, and those that must not. */
interface Group {
  readonly wanted: string[];
  readonly unwanted: string[];
}

const pattern = /(-?)(?:"([^"]*)"?|(\S+))/gu;

/** What any of the groups matches; a group that only says what it doesn't want finds nothing. */
function readSearch(text: string): readonly Group[] {
  const groups: Group[] = [{ wanted: [], unwanted: [] }];
  for (const [, minus, phrase, word = ""] of text.replaceAll("\0", " ").matchAll(pattern)) {
    if (phrase === undefined && minus === "" && word.toLowerCase() === "or") {
      groups.push({ wanted: [], unwanted: [] });
      continue;
    }
    const term = (phrase ?? word).replaceAll('"', " ").trim();
    // Signs alone are no words.
    if (!/[\p{L}\p{N}]/u.test(term)) continue;
    const { wanted, unwanted } = groups.at(-1) as Group;
    (minus === "-" ? unwanted : wanted).push(`"${term}"`);
  }
  return groups.filter(({ wanted }) => wanted.length > 0);
}

/** A search for FTS5; two quotes alone match nothing. */
export function ftsSearch(text: string): string {
  const groups = readSearch(text).map(({ wanted, unwanted }) =>
    [`(${wanted.join(" AND ")})`, ...unwanted].join(" NOT "),
  );
  return groups.length === 0 ? '""' : groups.map((group) => `(${group})`).join(" OR ");
}

/** A search for PostgreSQL's `websearch_to_tsquery`. */
export function webSearch(text: string): string {
  return readSearch(text)
    .map(({ wanted, unwanted }) => [...wanted, ...unwanted.map((term) => `-${term}`)].join(" "))
    .join(" or ");
}
