/**
 * A second pull into a file that people have edited.
 *
 * Three texts meet: the file, what a pull would write for the models in it, and what it would write for the
 * database. Where the last two are equal, nothing changed in the database and the file stays as it is.
 */
import { compareText } from "../../util/lists.ts";
import { importLines, importNames } from "./imports.ts";
import {
  type BracketText,
  type ClassText,
  type ConstantText,
  type EntryText,
  type ModuleText,
  plainCode,
  readBrackets,
  readModuleText,
  withoutText,
} from "./source-text.ts";

/** A change of the database that meets an edit: the file stays as it is there. */
export interface PullConflict {
  /** `Post.price`, `Post`, … */
  readonly where: string;
  readonly reason: string;
  /** What a pull would have written; null where it would have written nothing. */
  readonly wanted: string | null;
}

/** A part of the file that changes. */
export interface PullEdit {
  /** `Post.price` */
  readonly where: string;
  /** The line, counted from 1. */
  readonly line: number;
  readonly before: string;
  readonly after: string;
}

/** The file with what changed in the database. */
export interface MergedPull {
  readonly text: string;
  readonly edits: readonly PullEdit[];
  readonly conflicts: readonly PullConflict[];
}

/** The texts of a merge. */
export interface PullTexts {
  readonly file: string;
  /** What a pull writes for the models in the file. */
  readonly base: string;
  /** What a pull writes for the database. */
  readonly database: string;
  /** The package that names are imported from. */
  readonly from: string;
}

/** Brings what changed between `base` and `database` into `file`. */
export function mergePull({ file, base, database, from }: PullTexts): MergedPull {
  const merge = new Merge(readModuleText(file));
  merge.all(readModuleText(base), readModuleText(database));
  merge.imports(from);
  return merge.outcome();
}

interface Edit {
  readonly where: string;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

type Place = Pick<ClassText, "start" | "end">;

/** One object or list in the three texts. */
interface Triple<Part> {
  readonly ours: Part;
  readonly base: Part | undefined;
  readonly theirs: Part | undefined;
}

class Merge {
  readonly #ours: ModuleText;
  readonly #edits: Edit[] = [];
  readonly #conflicts: PullConflict[] = [];
  #base: ModuleText;
  #theirs: ModuleText;

  constructor(ours: ModuleText) {
    this.#ours = ours;
    this.#base = ours;
    this.#theirs = ours;
  }

  all(base: ModuleText, theirs: ModuleText): void {
    this.#base = base;
    this.#theirs = theirs;
    const firstClass = Math.min(
      this.#ours.text.length,
      ...[...this.#ours.classes.values()].map((each) => each.from),
    );
    this.#statements(base.constants, theirs.constants, this.#ours.constants, firstClass);
    this.#statements(base.classes, theirs.classes, this.#ours.classes, this.#ours.text.length);
    for (const [name, ours] of this.#ours.classes) {
      const [was, is] = [base.classes.get(name), theirs.classes.get(name)];
      if (was !== undefined && is !== undefined) this.#class(ours, was, is);
    }
  }

  /** Whole classes and constants: those that came, and those that are gone. */
  #statements(
    base: ReadonlyMap<string, ClassText | ConstantText>,
    theirs: ReadonlyMap<string, ClassText | ConstantText>,
    ours: ReadonlyMap<string, ClassText | ConstantText>,
    place: number,
  ): void {
    for (const [name, is] of theirs) {
      const code = this.#theirs.text.slice(is.from, is.end);
      if (!base.has(name) && !ours.has(name)) {
        const text = place === this.#ours.text.length ? `\n${code}\n` : `${code}\n\n`;
        this.#edit(name, place, place, text);
      } else if (!base.has(name)) this.#conflict(name, "it is something else in the file", code);
      else if (!("shape" in is)) this.#constant(name, code, base.get(name), ours.get(name));
    }
    for (const [name, was] of base) {
      const here = ours.get(name);
      if (!theirs.has(name) && here !== undefined) this.#gone(name, was, here);
    }
  }

  #gone(name: string, was: Place, here: Place & { readonly from: number }): void {
    const { text } = this.#ours;
    const code = text.slice(here.start, here.end);
    const gap = /^\s*\n/.exec(text.slice(here.end))?.[0].length ?? 0;
    if (this.#same(code, this.#base.text.slice(was.start, was.end))) {
      this.#edit(name, here.from, here.end + gap, "");
    } else this.#conflict(name, goneAndEdited, null);
  }

  #constant(name: string, code: string, was: Place | undefined, here: Place | undefined): void {
    const before = was === undefined ? "" : this.#base.text.slice(was.start, was.end);
    const is = code.slice(code.search(/^(?:export )?const /m));
    if (this.#same(before, is)) return;
    const own = here === undefined ? "" : this.#ours.text.slice(here.start, here.end);
    if (here !== undefined && this.#same(own, before)) {
      this.#edit(name, here.start, here.end, is);
    } else if (!this.#same(own, is)) this.#conflict(name, changedAndEdited, is);
  }

  #class(ours: ClassText, base: ClassText, theirs: ClassText): void {
    const { name } = ours;
    if (base.shape !== undefined && theirs.shape !== undefined) {
      if (ours.shape !== undefined) {
        const each = { ours: ours.shape, base: base.shape, theirs: theirs.shape };
        this.#entries(each, (key) => `${name}.${key}`);
      } else if (!this.#sameIn(base, theirs)) {
        this.#conflict(name, "its shape is no object that could be edited", null);
      }
    }
    if (ours.options !== undefined) {
      const each = { ours: ours.options, base: base.options, theirs: theirs.options };
      this.#entries(each, (key) => `the option ${key} of ${name}`);
    } else if (theirs.options !== undefined && !this.#sameOptions(base, theirs)) {
      this.#addOptions(ours, theirs.options);
    }
  }

  #sameIn(base: ClassText, theirs: ClassText): boolean {
    return this.#same(
      this.#base.text.slice(base.start, base.end),
      this.#theirs.text.slice(theirs.start, theirs.end),
    );
  }

  #sameOptions({ options }: ClassText, theirs: ClassText): boolean {
    if (options === undefined || theirs.options === undefined) return false;
    return this.#same(
      this.#base.text.slice(options.open, options.close),
      this.#theirs.text.slice(theirs.options.open, theirs.options.close),
    );
  }

  #addOptions(ours: ClassText, options: BracketText): void {
    const code = this.#theirs.text.slice(options.open, options.close + 1);
    const before = this.#ours.text.slice(0, ours.closed).trimEnd();
    const comma = before.endsWith(",") ? " " : ", ";
    this.#edit(`the options of ${ours.name}`, before.length, before.length, `${comma}${code}`);
  }

  /** The properties of an object: those that the database changed, unless the file did. */
  #entries({ ours, base, theirs }: Triple<BracketText>, label: (key: string) => string): void {
    const [here, was, left] = [keyed(ours), keyed(base), keyed(theirs)];
    let after: EntryText | undefined;
    for (const [key, entry] of left) {
      const own = here.get(key);
      this.#entry(label(key), { ours: own, base: was.get(key), theirs: entry }, () =>
        this.#insert(label(key), ours, after, entry),
      );
      after = own ?? after;
    }
    for (const [key, before] of was) {
      const own = here.get(key);
      if (left.has(key) || own === undefined) continue;
      const code = this.#ours.text.slice(own.start, own.end);
      if (this.#same(code, this.#base.text.slice(before.start, before.end))) {
        this.#edit(label(key), own.from, own.to, "");
      } else this.#conflict(label(key), goneAndEdited, null);
    }
  }

  #entry(
    where: string,
    { ours, base, theirs }: Triple<EntryText | undefined> & { readonly theirs: EntryText },
    insert: () => void,
  ): void {
    const is = this.#theirs.text.slice(theirs.start, theirs.end);
    const was = base && this.#base.text.slice(base.start, base.end);
    if (was !== undefined && this.#same(was, is)) return;
    if (ours !== undefined) this.#change(where, ours, { was, is }, theirs);
    else if (was === undefined) insert();
    else this.#conflict(where, "it changed in the database, and is not in the file", is);
  }

  #change(
    where: string,
    own: EntryText,
    { was, is }: { readonly was: string | undefined; readonly is: string },
    entry: EntryText,
  ): void {
    const code = this.#ours.text.slice(own.start, own.end);
    if (this.#same(code, is)) return;
    if (was !== undefined && this.#same(code, was)) {
      this.#edit(where, own.start, own.end, this.#moved(entry, indentAt(this.#ours.text, own)));
    } else if (!this.#changeList(where, own, was ?? "", is)) {
      this.#conflict(where, changedAndEdited, is);
    }
  }

  /** A list that was edited takes and loses the items that the database did. */
  #changeList(where: string, own: EntryText, before: string, after: string): boolean {
    const [ours, was, is] = [this.#ours.text.slice(own.start, own.end), before, after].map(itemsOf);
    if (ours === undefined || was === undefined || is === undefined) return false;
    const gone = was.filter((item) => !is.includes(item));
    const came = is.flatMap((item, at) =>
      was.includes(item) || ours.includes(item) ? [] : (rawItems(after)[at] ?? item),
    );
    if (gone.some((item) => !ours.includes(item))) return false;
    const bare = withoutText(this.#ours.text);
    const list = readBrackets(this.#ours.text, bare, bare.indexOf("[", own.start));
    for (const item of list?.entries ?? []) {
      const text = plainCode(this.#ours.text.slice(item.start, item.end));
      if (gone.includes(text)) this.#edit(where, item.from, item.to, "");
    }
    const last = list?.entries.at(-1);
    const comma = last !== undefined && last.to === last.end ? "," : "";
    const place = last?.to ?? (list?.open ?? own.start) + 1;
    if (came.length > 0) this.#edit(where, place, place, `${comma} ${came.join(", ")}`);
    return true;
  }

  #insert(where: string, list: BracketText, after: EntryText | undefined, entry: EntryText): void {
    const { text } = this.#ours;
    const first = list.entries[0];
    const indent = first === undefined ? "    " : indentAt(text, first);
    const code = `\n${indent}${this.#moved(entry, indent)},`;
    if (after === undefined) {
      const place = list.open + 1;
      const next = first !== undefined && !text.slice(place, first.start).includes("\n");
      this.#edit(where, place, place, next ? `${code}\n${indent}` : code);
      return;
    }
    // The last property may have no comma behind it.
    this.#edit(where, after.to, after.to, after.to === after.end ? `,${code}` : code);
  }

  /** The code of an entry, moved to where others stand. */
  #moved(entry: EntryText, indent: string): string {
    const { text } = this.#theirs;
    const own = indentAt(text, entry);
    return text
      .slice(entry.start, entry.end)
      .split("\n")
      .map((line, at) => (at > 0 && line.startsWith(own) ? indent + line.slice(own.length) : line))
      .join("\n");
  }

  #same(left: string, right: string): boolean {
    return left === right || plainCode(left) === plainCode(right);
  }

  #edit(where: string, start: number, end: number, text: string): void {
    this.#edits.push({ where, start, end, text });
  }

  #conflict(where: string, reason: string, wanted: string | null): void {
    this.#conflicts.push({ where, reason, wanted });
  }

  /** Imports what the new code uses. */
  imports(from: string): void {
    const code = this.#edits.map(({ text }) => text).join("\n");
    const used = importNames(code);
    const has = (source: string) => this.#ours.imports.filter((each) => each.source === source);
    const [ferro] = has(from);
    const there = ferro?.names.entries.map(({ key }) => key) ?? [];
    const missing = [...used.ferro].filter((name) => !there.includes(name));
    if (ferro !== undefined && missing.length > 0) {
      const all = importLines(new Set([...there, ...missing]), from);
      const names = all.slice(all.indexOf("{"), all.lastIndexOf("}") + 1);
      this.#edit("imports", ferro.names.open, ferro.names.close + 1, names);
    } else if (missing.length > 0) {
      this.#edit("imports", 0, 0, importLines(new Set(missing), from));
    }
    const zod = has("zod").some(({ names }) => names.entries.some(({ key }) => key === "z"));
    if (used.zod && !zod) this.#edit("imports", 0, 0, 'import { z } from "zod";\n');
  }

  outcome(): MergedPull {
    const { text } = this.#ours;
    const edits = this.#edits
      .map((edit, at) => ({ ...edit, at }))
      .sort((a, b) => a.start - b.start || a.at - b.at);
    let merged = "";
    let done = 0;
    for (const { start, end, text: code } of edits) {
      merged += text.slice(done, start) + code;
      done = end;
    }
    return {
      text: merged + text.slice(done),
      edits: edits.map(({ where, start, end, text: after }) => ({
        where,
        line: text.slice(0, start).split("\n").length,
        before: text.slice(start, end).trim(),
        after: after.trim(),
      })),
      conflicts: this.#conflicts.toSorted((a, b) => compareText(a.where, b.where)),
    };
  }
}

const goneAndEdited = "it is gone from the database, and was edited in the file";
const changedAndEdited = "it changed in the database, and was edited in the file";

function keyed(list: BracketText | undefined): ReadonlyMap<string, EntryText> {
  return new Map(list?.entries.map((entry) => [entry.key, entry]));
}

/** The items of a property that is a list; undefined of anything else. */
function itemsOf(code: string): readonly string[] | undefined {
  const bare = withoutText(code);
  const isList = /^\s*[\p{ID_Continue}$"]+\s*:\s*\[/u.test(bare);
  return code === "" || isList ? rawItems(code).map(plainCode) : undefined;
}

function rawItems(code: string): readonly string[] {
  const bare = withoutText(code);
  const list = readBrackets(code, bare, bare.indexOf("["));
  return (list?.entries ?? []).map(({ start, end }) => code.slice(start, end).replace(/\s+/g, " "));
}

function indentAt(text: string, { start }: EntryText): string {
  const line = text.lastIndexOf("\n", start - 1) + 1;
  return /^[ \t]*/.exec(text.slice(line, start))?.[0] ?? "";
}
