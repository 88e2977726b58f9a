/** What a driver must know about one SQLite statement before it runs it. */
export interface SqliteText {
  /** First keyword that says what the statement does, lower-cased: after a WITH, the one behind the CTEs. */
  readonly verb: string;
  /** Highest parameter index. */
  readonly parameterCount: number;
  /** Indexes written as `?NNN`; both SQLite drivers treat those as named. */
  readonly numbered: readonly number[];
  /** A `:name`, `@name` or `$name` parameter, which positional values can't fill. */
  readonly named: string | undefined;
}

// Order matters: quoted text and comments first, so that nothing inside them counts.
const token =
  /'(?:[^']|'')*(?:'|$)|"(?:[^"]|"")*(?:"|$)|`(?:[^`]|``)*(?:`|$)|\[[^\]]*(?:\]|$)|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|\?\d*|[:@$][\w\u0080-\uffff]+(?:::[\w\u0080-\uffff]+)*|[\w\u0080-\uffff][\w$\u0080-\uffff]*|[();]/gu;

const verbs: ReadonlySet<string> = new Set([
  "select",
  "values",
  "insert",
  "replace",
  "update",
  "delete",
]);

/** Reads the facts out of one statement without parsing it: only tokens, quotes and parentheses matter. */
export function readSqliteText(sql: string): SqliteText {
  const tokens = Array.from(sql.matchAll(token), ([text]) => text).filter(isNoComment);
  const numbered = tokens
    .filter((text) => /^\?\d/u.test(text))
    .map((text) => Number(text.slice(1)));
  return {
    verb: readVerb(tokens),
    parameterCount: highestParameter(tokens),
    numbered: [...new Set(numbered)],
    named: tokens.find((text) => /^[:@$]/u.test(text)),
  };
}

/** A bare `?` takes the number after the highest one so far. */
function highestParameter(tokens: readonly string[]): number {
  let highest = 0;
  for (const text of tokens) {
    if (text.startsWith("?")) {
      highest = Math.max(highest, text === "?" ? highest + 1 : Number(text.slice(1)));
    }
  }
  return highest;
}

/** Behind a WITH, the verb is the first word outside all parentheses that follows a closing one. */
function readVerb(tokens: readonly string[]): string {
  const verb = tokens.find((text) => /^\w/u.test(text))?.toLowerCase() ?? "";
  if (verb !== "with") {
    return verb;
  }
  let depth = 0;
  for (const [position, text] of tokens.entries()) {
    if (text === "(") {
      depth += 1;
    } else if (text === ")") {
      depth -= 1;
    } else if (depth === 0 && tokens[position - 1] === ")" && verbs.has(text.toLowerCase())) {
      return text.toLowerCase();
    }
  }
  return verb;
}

function isNoComment(text: string): boolean {
  return !text.startsWith("--") && !text.startsWith("/*");
}

/** Whether running the statement again changes nothing. */
export function isRead({ verb }: SqliteText): boolean {
  return verb === "select" || verb === "values" || verb === "explain";
}

/** Whether SQLite's count of changed rows belongs to this statement; it is stale after any other. */
export function isWrite({ verb }: SqliteText): boolean {
  return verb === "insert" || verb === "replace" || verb === "update" || verb === "delete";
}

/** Whether `text` holds anything besides space, comments and semicolons. */
export function isBlank(text: string): boolean {
  return text.replaceAll(/--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|[\s;]/gu, "") === "";
}
