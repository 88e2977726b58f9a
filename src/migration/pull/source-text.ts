/** Where things stand in the text of a module of models: classes, what is in their objects, constants, imports. */

/** One property of an object, or one item of a list. */
export interface EntryText {
  /** The property's name; the text itself where it has none. */
  readonly key: string;
  /** Its code, without what stands around it. */
  readonly start: number;
  readonly end: number;
  /** With the comments before it, and the comma and the comment on its line after it. */
  readonly from: number;
  readonly to: number;
}

/** An object or a list, with its brackets. */
export interface BracketText {
  readonly open: number;
  /** Where the closing bracket stands. */
  readonly close: number;
  readonly entries: readonly EntryText[];
}

/** `class Post extends Model("Post", { … }, { … }) { … }` */
export interface ClassText {
  readonly name: string;
  /** What `Model` was given as the name. */
  readonly model: string;
  /** With the comment above it. */
  readonly from: number;
  readonly start: number;
  readonly end: number;
  /** Undefined where no object stands there. */
  readonly shape: BracketText | undefined;
  readonly options: BracketText | undefined;
  /** Where the call of `Model` is closed. */
  readonly closed: number;
}

/** `const mood = …;` */
export interface ConstantText {
  readonly name: string;
  readonly from: number;
  readonly start: number;
  readonly end: number;
  /** The name of the type in the database, of a `namedEnum`. */
  readonly type: string | undefined;
}

/** `import { … } from "…"` */
export interface ImportText {
  readonly source: string;
  readonly names: BracketText;
}

/** A module of models. */
export interface ModuleText {
  readonly text: string;
  readonly classes: ReadonlyMap<string, ClassText>;
  readonly constants: ReadonlyMap<string, ConstantText>;
  readonly imports: readonly ImportText[];
}

const word = "[\\p{ID_Start}$_][\\p{ID_Continue}$]*";

/** Reads a module; what it doesn't know of is left out. */
export function readModuleText(text: string): ModuleText {
  const bare = withoutText(text);
  return {
    text,
    classes: new Map(readClasses(text, bare).map((each) => [each.name, each])),
    constants: new Map(readConstants(text, bare).map((each) => [each.name, each])),
    imports: readImports(text, bare),
  };
}

function readClasses(text: string, bare: string): readonly ClassText[] {
  const heads = new RegExp(
    `(?:export\\s+(?:default\\s+)?)?class\\s+(${word})\\s+extends\\s+Model\\s*\\(`,
    "gu",
  );
  return [...bare.matchAll(heads)].flatMap((match) => {
    const open = match.index + match[0].length - 1;
    const call = readBrackets(text, bare, open);
    const [name, shape, options] = call?.entries ?? [];
    const body = call === undefined ? -1 : bare.indexOf("{", call.close);
    const end = body < 0 ? undefined : closingAt(bare, body);
    if (call === undefined || name === undefined || end === undefined) return [];
    const objectAt = (entry: EntryText | undefined) =>
      entry !== undefined && bare[entry.start] === "{"
        ? readBrackets(text, bare, entry.start)
        : undefined;
    return {
      name: String(match[1]),
      model: text.slice(name.start + 1, name.end - 1),
      from: commentBefore(text, bare, match.index),
      start: match.index,
      end: end + 1,
      shape: objectAt(shape),
      options: objectAt(options),
      closed: call.close,
    };
  });
}

function readConstants(text: string, bare: string): readonly ConstantText[] {
  const heads = new RegExp(`^(?:export\\s+)?const\\s+(${word})\\s*=`, "gmu");
  return [...bare.matchAll(heads)].flatMap((match) => {
    const from = match.index + match[0].length;
    const end = statementEnd(bare, from);
    const type = /^\s*namedEnum\(\s*"([^"]*)"/.exec(text.slice(from, end))?.[1];
    return {
      name: String(match[1]),
      from: commentBefore(text, bare, match.index),
      start: match.index,
      end,
      type,
    };
  });
}

function readImports(text: string, bare: string): readonly ImportText[] {
  return [...bare.matchAll(/^import\s*\{/gm)].flatMap((match) => {
    const names = readBrackets(text, bare, match.index + match[0].length - 1);
    const source = /^\s*from\s*["']([^"']*)["']/.exec(text.slice((names?.close ?? 0) + 1))?.[1];
    return names === undefined || source === undefined ? [] : { source, names };
  });
}

/** What stands between two brackets, cut at its commas. */
export function readBrackets(text: string, bare: string, open: number): BracketText | undefined {
  const close = closingAt(bare, open);
  if (close === undefined) return undefined;
  const entries: EntryText[] = [];
  let from = open + 1;
  for (const at of [...commasIn(bare, open, close), close]) {
    const code = bare.slice(from, at);
    const start = from + (code.length - code.trimStart().length);
    const end = from + code.trimEnd().length;
    // A comment that goes on behind the comma, to the end of its line, is about what stands before it.
    const rest = at === close ? "" : (/^[ \t]*\/\/[^\n]*/.exec(text.slice(at + 1))?.[0] ?? "");
    const to = at === close ? end : at + 1 + rest.length;
    if (start < end) entries.push({ key: keyOf(text.slice(start, end)), start, end, from, to });
    from = to;
  }
  return { open, close, entries };
}

/** The commas right between two brackets. */
function commasIn(bare: string, open: number, close: number): readonly number[] {
  const found: number[] = [];
  for (let at = open + 1; at < close; at += 1) {
    if ("([{".includes(bare[at] ?? "")) at = closingAt(bare, at) ?? close;
    else if (bare[at] === ",") found.push(at);
  }
  return found;
}

function keyOf(code: string): string {
  const named = new RegExp(`^(?:get\\s+)?(?:(${word})|"((?:[^"\\\\]|\\\\.)*)")\\s*[:(]`, "u").exec(
    code,
  );
  return named?.[1] ?? named?.[2] ?? code;
}

/** Where the bracket that stands at `open` is closed. */
function closingAt(bare: string, open: number): number | undefined {
  let depth = 0;
  for (let at = open; at < bare.length; at += 1) {
    const letter = bare[at] ?? "";
    if ("([{".includes(letter)) depth += 1;
    else if (")]}".includes(letter)) depth -= 1;
    if (depth === 0) return at;
  }
  return undefined;
}

function statementEnd(bare: string, from: number): number {
  for (let at = from; at < bare.length; at += 1) {
    if ("([{".includes(bare[at] ?? "")) at = closingAt(bare, at) ?? bare.length;
    else if (bare[at] === ";") return at + 1;
  }
  return bare.length;
}

/** Where the comment begins that stands right above. */
function commentBefore(text: string, bare: string, start: number): number {
  const code = bare.slice(0, start).trimEnd().length;
  const above = text.slice(code, start);
  const gap = above.lastIndexOf("\n\n");
  return gap >= 0 ? code + gap + 2 : code === 0 ? 0 : start - above.trimStart().length;
}

/** The text with blanks in place of comments and of what stands in quotes, so that brackets can be counted. */
export function withoutText(text: string): string {
  let bare = "";
  let before = "";
  for (let at = 0; at < text.length; ) {
    const end = textEnd(text, at, before);
    if (end === at) {
      const letter = text[at] ?? "";
      if (letter.trim() !== "") before = letter;
      bare += letter;
      at += 1;
      continue;
    }
    const inside = text.slice(at, end).replace(/[^\n]/g, " ");
    const isQuoted = "\"'`".includes(text[at] ?? "");
    bare += isQuoted ? `${text[at]}${inside.slice(2)}${text[at]}` : inside;
    // After a value, a slash divides.
    if (!/^\/[/*]/.test(text.slice(at, at + 2))) before = '"';
    at = end;
  }
  return bare;
}

/** The end of the comment, string, template or regular expression that begins here; `at` where none does. */
function textEnd(text: string, at: number, before: string): number {
  const letter = text[at] ?? "";
  if (letter === '"' || letter === "'" || letter === "`") return quotedEnd(text, at, letter);
  if (letter !== "/") return at;
  const upTo = (mark: string) => {
    const end = text.indexOf(mark, at + 2);
    return end < 0 ? text.length : end;
  };
  if (text[at + 1] === "/") return upTo("\n");
  if (text[at + 1] === "*") return Math.min(text.length, upTo("*/") + 2);
  if (before !== "" && !"(,=:[!&|?{};>".includes(before)) return at;
  const pattern = /^\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/.exec(text.slice(at));
  return at + (pattern?.[0].length ?? 0);
}

function quotedEnd(text: string, at: number, quote: string): number {
  for (let end = at + 1; end < text.length; end += 1) {
    if (text[end] === "\\") end += 1;
    else if (text[end] === quote) return end + 1;
    else if (quote === "`" && text.startsWith("${", end)) {
      const inner = withoutText(text.slice(end + 1));
      end += (closingAt(inner, 0) ?? inner.length) + 1;
    }
  }
  return text.length;
}

/** Code without comments, blanks and last commas: two that mean the same are one. */
export function plainCode(code: string): string {
  const bare = withoutText(code);
  let plain = "";
  for (let at = 0; at < code.length; at += 1) {
    const quote = bare[at] ?? "";
    if ("\"'`".includes(quote)) {
      const end = bare.indexOf(quote, at + 1);
      plain += code.slice(at, end + 1);
      at = end;
    } else if (quote.trim() !== "") plain += quote;
    // A blank between two words keeps them apart.
    else if (/[\p{ID_Continue}$]$/u.test(plain) && /^\s*[\p{ID_Continue}$]/u.test(bare.slice(at))) {
      plain += " ";
      while (bare[at + 1]?.trim() === "") at += 1;
    }
  }
  return plain.replace(/,([)\]}])/g, "$1");
}
