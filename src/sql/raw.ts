import { UsageError } from "../errors/errors.ts";
import { scanSql, wouldJoin } from "./scan.ts";

/** A name that was given to `sql.identifier()`. */
export interface SqlName {
  readonly names: readonly string[];
}

/** A fragment as flat parts: text, then an operand, then text, … and text at the end. */
export interface RawParts {
  readonly pieces: readonly string[];
  readonly operands: readonly RawOperand[];
}

/** What stands between two pieces of text. */
export type RawOperand =
  | { readonly kind: "value"; readonly value: unknown }
  | { readonly kind: "identifier"; readonly names: readonly string[] };

type Part =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "fragment"; readonly fragment: SqlFragment }
  | RawOperand;

let makeExpression: (fragment: SqlFragment, schema: object) => object;

/** Tells how a fragment with a schema becomes a value of queries; they stand above this folder. */
export function makeExpressionsOfFragmentsWith(make: typeof makeExpression): void {
  makeExpression = make;
}

let construct: (parts: readonly Part[]) => SqlFragment;
let open: (fragment: SqlFragment) => readonly Part[];

/**
 * SQL written through the `sql` tag, with its values apart.
 *
 * It is known by a private field, so nothing that came out of JSON, and no
 * look-alike, is ever taken for one.
 */
export class SqlFragment {
  static {
    construct = (parts) => {
      const fragment = new SqlFragment();
      fragment.#parts = parts;
      return fragment;
    };
    open = (fragment) => fragment.#parts;
  }

  #parts: readonly Part[] = [];

  private constructor() {
    Object.freeze(this);
  }

  /**
   * The same query, whose rows are read as instances of a model: of its columns, by their names in the
   * database, with the codecs, the identity map and `save()` of rows that the model itself reads.
   *
   * @example
   * ```ts
   * const posts = await fetchAll(sql`select * from post where views > ${10}`.as(Post));
   * ```
   */
  as<Row extends object>(model: { readonly prototype: Row }): ModelSql<Row> {
    // With a schema it is a value of queries; `query/sql-door.ts` has the type.
    if (typeof model === "object" && model !== null && "_zod" in model) {
      return makeExpression(this, model) as ModelSql<Row>;
    }
    return new ModelSql(this, model);
  }

  /** Whether a value is a fragment. */
  static is(value: unknown): value is SqlFragment {
    return typeof value === "object" && value !== null && #parts in value;
  }
}

/** A query whose rows are instances of a model. Made by `.as()`; known by a private field. */
export class ModelSql<out Row extends object> {
  /** Rows of this type; there at compile time only. */
  declare readonly row?: Row;
  readonly #fragment: SqlFragment;
  readonly #model: unknown;

  /** @internal */
  constructor(fragment: SqlFragment, model: unknown) {
    this.#fragment = fragment;
    this.#model = model;
    Object.freeze(this);
  }

  /** @internal What was put together, where a value is one. */
  static read(value: unknown): { fragment: SqlFragment; model: unknown } | undefined {
    if (typeof value !== "object" || value === null || !(#fragment in value)) return undefined;
    return { fragment: value.#fragment, model: value.#model };
  }
}

/** Whether a value is SQL written through the `sql` tag; a look-alike is not. */
export function isFragment(value: unknown): value is SqlFragment {
  return SqlFragment.is(value);
}

/** The `sql` tag and its helpers. */
export interface SqlTag {
  /**
   * SQL with values: each becomes a bound parameter, a fragment becomes part of the text.
   *
   * @throws {UsageError} A value is undefined, or stands inside a quote or a comment.
   *
   * @example
   * ```ts
   * const adult = sql`age >= ${18}`;
   * await fetchAll(sql`select name from users where ${adult} and city = ${"Oslo"}`);
   * ```
   */
  (strings: TemplateStringsArray, ...values: readonly unknown[]): SqlFragment;
  /** A name as the database quotes it; several are joined by dots. The only way for a name to enter the text. */
  identifier(...names: readonly [string, ...string[]]): SqlFragment;
  /** Values or fragments with a separator between them, `, ` unless another fragment is given. */
  join(list: readonly unknown[], separator?: SqlFragment): SqlFragment;
}

const checked = new WeakSet<TemplateStringsArray>();

function tag(strings: TemplateStringsArray, ...values: readonly unknown[]): SqlFragment {
  if (!checked.has(strings)) {
    checkTemplate(strings);
    checked.add(strings);
  }
  const parts: Part[] = [];
  for (const [place, text] of strings.entries()) {
    if (place > 0) parts.push(part(values[place - 1]));
    parts.push({ kind: "text", text });
  }
  return construct(parts);
}

function identifier(...names: readonly [string, ...string[]]): SqlFragment {
  if (names.length === 0 || names.some((name) => typeof name !== "string")) {
    throw new UsageError("sql.identifier() takes names as strings");
  }
  return construct([{ kind: "identifier", names }]);
}

function join(list: readonly unknown[], separator: SqlFragment = comma): SqlFragment {
  if (!Array.isArray(list) || list.length === 0) {
    throw new UsageError("sql.join() takes a list with something in it", {
      hint: "decide before what an empty list means; for values, bind one list instead",
    });
  }
  if (!SqlFragment.is(separator)) {
    throw new UsageError("the separator of sql.join() must be written with the sql tag", {
      hint: "for example sql.join(conditions, sql` and `)",
    });
  }
  const parts = list.flatMap((value, place) =>
    place === 0 ? [part(value)] : [part(separator), part(value)],
  );
  return construct(parts);
}

/** Writes SQL with values apart. */
export const sql: SqlTag = Object.assign(tag, { identifier, join });

const comma = tag`, `;

/** What raw SQL asks of a dialect. */
export interface RawDialect {
  placeholder(position: number): string;
  quote(identifier: string): string;
  /** Characters that are placeholders of this database wherever they stand outside quotes. */
  readonly placeholderMarks: string;
}

/** A raw statement: text and the values of its placeholders in order, not yet encoded. */
export interface CompiledRaw {
  readonly sql: string;
  readonly values: readonly unknown[];
}

/**
 * Writes a fragment as one statement of a dialect.
 *
 * @throws {UsageError} The text holds a placeholder of its own.
 * @throws {TypeError} An identifier can't be quoted.
 */
export function compileRaw(fragment: SqlFragment, dialect: RawDialect): CompiledRaw {
  const { pieces, operands } = flattenFragment(fragment);
  checkMarks(pieces, dialect);
  const values: unknown[] = [];
  let text = pieces[0] ?? "";
  for (const [place, operand] of operands.entries()) {
    text +=
      operand.kind === "identifier"
        ? operand.names.map((name) => dialect.quote(name)).join(".")
        : dialect.placeholder(values.push(operand.value));
    text += pieces[place + 1] ?? "";
  }
  return { sql: text, values };
}

/**
 * Flattens a fragment and all it holds. Pieces never touch what is beside them:
 * a space, or a line break after a `--` comment, keeps two tokens from becoming one.
 */
export function flattenFragment(fragment: SqlFragment): RawParts {
  const pieces = [""];
  const operands: RawOperand[] = [];
  let last = "";

  const write = (text: string): void => {
    if (text === "") return;
    const space = wouldJoin(last, text.charAt(0)) ? " " : "";
    pieces.push((pieces.pop() ?? "") + space + text);
    last = text.at(-1) ?? "";
  };

  const place = (operand: RawOperand): void => {
    // Names begin and end with a quote; a placeholder ends in a digit or stands for itself.
    const edge = operand.kind === "identifier" ? '"' : "0";
    if (wouldJoin(last, edge)) write(" ");
    operands.push(operand);
    pieces.push("");
    last = edge;
  };

  const visit = (item: Part): void => {
    if (item.kind === "text") {
      write(item.text);
    } else if (item.kind === "fragment") {
      open(item.fragment).forEach(visit);
      if (scanSql(pieces.at(-1) ?? "").endsInComment) write("\n");
    } else {
      place(item);
    }
  };

  open(fragment).forEach(visit);
  return { pieces, operands };
}

/** Refuses text with placeholders of its own: they would shift every bound value. */
export function checkMarks(
  pieces: readonly string[],
  dialect: Pick<RawDialect, "placeholderMarks">,
): void {
  for (const piece of pieces) {
    const { open: unclosed, marks, numbered } = scanSql(piece);
    if (unclosed !== null) throw insideQuote(unclosed);
    if (numbered || [...marks].some((mark) => dialect.placeholderMarks.includes(mark))) {
      throw new UsageError("SQL written with the sql tag holds a placeholder of its own", {
        hint: "write the value itself, as ${value}, where it belongs",
      });
    }
  }
}

function part(value: unknown): Part {
  if (SqlFragment.is(value)) return { kind: "fragment", fragment: value };
  if (value === undefined) {
    throw new TypeError("a value in the sql tag is undefined; write null to bind NULL");
  }
  return { kind: "value", value };
}

/** A template is checked once, when its place in the program is first reached. */
function checkTemplate(strings: TemplateStringsArray): void {
  if (!Array.isArray(strings) || !Array.isArray(strings.raw) || !Object.isFrozen(strings)) {
    throw new UsageError("sql is a template tag: write sql`…`", {
      hint: "text from elsewhere can't become SQL; pass it as ${value}",
    });
  }
  for (const [place, text] of strings.entries()) {
    const { open: unclosed, endsInComment } = scanSql(text);
    const isLast = place === strings.length - 1;
    if (unclosed !== null) throw insideQuote(unclosed);
    if (endsInComment && !isLast) throw insideQuote("--");
  }
}

function insideQuote(opener: string): UsageError {
  return new UsageError(`the sql tag was given text in which ${opener} is left open`, {
    hint: "a value is never written into quotes or comments: drop the quotes around ${…}",
  });
}
