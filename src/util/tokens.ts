/** Reads JavaScript just far enough to compare two texts of one function: comments and layout don't count. */

const token =
  /\/\/[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^'\\\n]|\\[\s\S])*'|"(?:[^"\\\n]|\\[\s\S])*"|[\p{L}\p{N}_$#]+|\s+|[\s\S]/gu;

/** A regular expression may stand here only after one of these, or at the beginning. */
const beforeRegExp =
  /(?:^|[([{,;=:!&|?+\-*%<>~^]|return|typeof|case|in|of|delete|void|await|yield)$/u;

/**
 * The tokens of a program text, one blank between two.
 *
 * Comments, layout, semicolons, the comma before a closing bracket and the kind of quotes are left
 * out: a formatter that runs over a file changes nothing here.
 */
export function normaliseCode(code: string): string {
  const out: string[] = [];
  read(code, 0, out);
  return out.join(" ");
}

/** Reads up to the end, or up to the `}` that closes a template's `${`; gives the place after it. */
function read(code: string, from: number, out: string[], inTemplate = false): number {
  let depth = 0;
  let at = from;
  while (at < code.length) {
    if (code[at] === "`") {
      at = readTemplate(code, at, out);
      continue;
    }
    const text = regExpAt(code, at, out.at(-1) ?? "") ?? tokenAt(code, at);
    at += text.length;
    if (text === "}" && inTemplate && depth === 0) return at;
    if (text === "{") depth += 1;
    if (text === "}") depth -= 1;
    write(text, out);
  }
  return at;
}

function write(text: string, out: string[]): void {
  if (/^(?:\s|\/[/*]|;$)/u.test(text)) return;
  if (/^[)\]}]$/u.test(text) && out.at(-1) === ",") out.pop();
  out.push(quoted(text));
}

/**
 * Where the items of a list stand, from the first character of each to its last.
 *
 * @param from - The place after the `[`.
 * @returns Null where the list doesn't end.
 */
export function itemSpans(
  code: string,
  from: number,
): readonly (readonly [start: number, end: number])[] | null {
  const spans: [number, number][] = [];
  let depth = 0;
  let open: [number, number] | undefined;
  for (const { text, at } of placed(code, from)) {
    if (depth === 0 && /^[,\]]$/u.test(text)) {
      if (open !== undefined) spans.push(open);
      open = undefined;
      if (text === "]") return spans;
      continue;
    }
    if (/^[([{]$/u.test(text)) depth += 1;
    if (/^[)\]}]$/u.test(text)) depth -= 1;
    open = [open?.[0] ?? at, at + text.length];
  }
  return null;
}

/** The tokens that count, each with its place. */
function* placed(code: string, from: number): Generator<{ text: string; at: number }> {
  let before = "[";
  for (let at = from; at < code.length; ) {
    const text =
      code[at] === "`"
        ? code.slice(at, readTemplate(code, at, []))
        : (regExpAt(code, at, before) ?? tokenAt(code, at));
    if (!/^(?:\s|\/\/|\/\*)/u.test(text)) {
      yield { text, at };
      before = text;
    }
    at += text.length;
  }
}

function tokenAt(code: string, at: number): string {
  token.lastIndex = at;
  return token.exec(code)?.[0] ?? "";
}

function readTemplate(code: string, start: number, out: string[]): number {
  let text = "`";
  let at = start + 1;
  while (at < code.length) {
    const next = code.slice(at, at + 2);
    if (next.startsWith("\\")) {
      text += next;
      at += 2;
    } else if (next.startsWith("`")) {
      out.push(`${text}\``);
      return at + 1;
    } else if (next === "${") {
      out.push(`${text}\${`);
      at = read(code, at + 2, out, true);
      text = "}";
    } else {
      // Git may give a file other line ends; inside a template they would count.
      if (next !== "\r\n") text += next.charAt(0);
      at += 1;
    }
  }
  out.push(text);
  return at;
}

function regExpAt(code: string, at: number, before: string): string | undefined {
  if (code[at] !== "/" || code[at + 1] === "/" || code[at + 1] === "*") return undefined;
  if (!beforeRegExp.test(before)) return undefined;
  const pattern = /\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/uy;
  pattern.lastIndex = at;
  return pattern.exec(code)?.[0];
}

/** One form for `'a"b'` and `"a\"b"`. */
function quoted(text: string): string {
  if (!/^['"]/u.test(text) || text.length < 2) return text;
  const inner = text.slice(1, -1).replace(/\\(['"])/gu, "$1");
  return `"${inner.replaceAll('"', '\\"')}"`;
}
