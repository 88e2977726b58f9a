/** What can be told of a piece of SQL text without knowing its database. */
export interface Scan {
  /** The quote or comment that is still open at the end, or null. */
  readonly open: string | null;
  /** Whether the text ends in a `--` comment, which would swallow what follows. */
  readonly endsInComment: boolean;
  /** Characters outside quotes and comments that are placeholders on some database: `?`, `:`, `@`, `$`. */
  readonly marks: string;
  /** A numbered placeholder outside quotes and comments: `$1`. */
  readonly numbered: boolean;
}

/**
 * Quoted text, comments, then what opens one and never closes it, then placeholders.
 * Comments that nest on one database and not on another never match as closed.
 */
const token =
  /(?<![\w$])[eE]'(?:[^'\\]|\\.|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|(?<comment>--[^\n]*)(?:\n|$)|\/\*(?:(?!\/\*|\*\/).)*\*\/|(?<![\w$])\$(?<tag>(?:[A-Za-z_]\w*)?)\$.*?\$\k<tag>\$|(?<open>['"`]|\/\*|(?<![\w$])\$(?:[A-Za-z_]\w*)?\$)|(?<numbered>(?<![\w$])\$\d)|::|(?<mark>[?:@]|(?<![\w$])\$(?=[A-Za-z_]))/gs;

/** Reads a piece of SQL far enough to know where quotes and comments begin and end. */
export function scanSql(text: string): Scan {
  let open: string | null = null;
  let marks = "";
  let numbered = false;
  let endsInComment = false;
  for (const match of text.matchAll(token)) {
    const groups = match.groups ?? {};
    if (groups["open"] !== undefined) {
      open = groups["open"];
      break;
    }
    if (groups["mark"] !== undefined) marks += groups["mark"];
    if (groups["numbered"] !== undefined) numbered = true;
    endsInComment =
      groups["comment"] !== undefined &&
      !match[0].endsWith("\n") &&
      match.index + match[0].length === text.length;
  }
  return { open, endsInComment, marks, numbered };
}

/** Whether two neighbouring characters could be read as one token. */
export function wouldJoin(left: string, right: string): boolean {
  if (left === "" || right === "" || /\s/.test(left) || /\s/.test(right)) return false;
  if ("([,".includes(left) || ")],;".includes(right)) return false;
  // A dot beside a quoted name, and a cast after a value, are single tokens of their own.
  if ((left === "." && right === '"') || (left === '"' && right === ".")) return false;
  return !(right === ":" && left !== ":");
}
