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
  /'(?:[^']|'')*(?:'|$)|"(?:[^"]|"")*(?:"|$)|`(?:[^`]|``)*(?:`|$)|\[[^\]]*(?:\]|$)|--[^\n]*|\/\*[^]*?(?:\*\/|$)|\?\d*|[:@$][\w\u0080-\uffff]+(?:::[\w\u0080-\uffff]+)*|[\w\u0080-\uffff][\w$\u0080-\uffff]*|[();]/gu;

const verbs: ReadonlySet<string> = new Set(["select", "values", "insert", "replace", "update", "delete"]);

/** Reads the facts out of one statement without parsing it: only tokens, quotes and parentheses matter. */
export function readSqliteText(sql: string): SqliteText {
  let verb = "";
  let depth = 0;
  let previous = "";
  let highest = 0;
  let named: string | undefined;
  const numbered = new Set<number>();

  for (const [text] of sql.matchAll(token)) {
    const first = text.charAt(0);
    if (text.startsWith("--") || text.startsWith("/*")) {
      continue;
    }
    if (first === "?") {
      highest = text === "?" ? highest + 1 : Math.max(highest, Number(text.slice(1)));
      if (text !== "?") {
        numbered.add(Number(text.slice(1)));
      }
    } else if (first === ":" || first === "@" || first === "$") {
      named ??= text;
    } else if (first === "(") {
      depth += 1;
    } else if (first === ")") {
      depth -= 1;
    } else if (verb === "") {
      verb = /^\w/u.test(first) ? text.toLowerCase() : verb;
    } else if (verb === "with" && depth === 0 && previous === ")") {
      const word = text.toLowerCase();
      verb = verbs.has(word) ? word : verb;
    }
    previous = text;
  }

  return { verb, parameterCount: highest, numbered: [...numbered], named };
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
  return text.replaceAll(/--[^\n]*|\/\*[^]*?(?:\*\/|$)|[\s;]/gu, "") === "";
}
