/** Searches for words in the texts of a model's rows. */
import type { ColumnDefinition, ModelDefinition } from "../definition/definition.ts";
import { findDefinition } from "../definition/key.ts";
import { fullTextName } from "../definition/naming.ts";
import { defaultLanguage, type FullTextDefinition } from "../definition/table-options.ts";
import { UsageError } from "../errors/errors.ts";
import { languagePattern } from "../ir/full-text.ts";
import type { TextIndex } from "../ir/query.ts";
import type { StorageType } from "../ir/type.ts";
import { sameList } from "../util/lists.ts";
import { Expression } from "./expression.ts";
import type { ExpressionNode } from "./nodes.ts";
import { isPlainObject } from "./plain.ts";
import { Predicate } from "./predicate.ts";
import { bound, factsOf, findParts, nameOf } from "./value.ts";

const text: StorageType = { kind: "text" };
const float: StorageType = { kind: "float" };
const boolean: StorageType = { kind: "boolean" };

type Columns = Readonly<Record<string, unknown>>;

let open: (value: object) => TextIndex | undefined;

/** What makes some columns of a model searchable. */
export class TextSearch {
  static {
    open = (value) => (#index in value ? value.#index : undefined);
  }

  readonly #index: TextIndex;
  readonly #model: ModelDefinition;
  /** The key's property, and those of the texts. */
  readonly #properties: readonly string[];
  readonly #name: string;

  constructor(index: TextIndex, model: ModelDefinition, properties: readonly string[]) {
    this.#index = index;
    this.#model = model;
    this.#properties = properties;
    this.#name = `fullText(${model.name})`;
  }

  /** Whether the row's texts match a search. */
  matches(columns: unknown, search: unknown): Predicate {
    const node = this.#call("textMatch", columns, search, "matches");
    // The call as it is: compared with true, no index would serve it.
    return new Predicate({ kind: "raw", pieces: ["", ""], operands: [node], type: boolean });
  }

  /** How well they do. */
  rank(columns: unknown, search: unknown): Expression {
    const node = this.#call("textRank", columns, search, "rank");
    return new Expression(node, factsOf(float, false), `${this.#name}.rank(…)`);
  }

  #call(
    name: "textMatch" | "textRank",
    columns: unknown,
    search: unknown,
    method: string,
  ): ExpressionNode {
    const at = `${this.#name}.${method}()`;
    if (typeof search !== "string") {
      throw new UsageError(`${at} expected a string, received ${nameOf(search)}`);
    }
    const operands = this.#properties.map((property) => {
      const isRow = typeof columns === "object" && columns !== null;
      const node = isRow ? findParts((columns as Columns)[property])?.node : undefined;
      if (node?.kind === "column" && node.scope.model === this.#model) return node;
      throw new UsageError(`${at} expected the columns of ${this.#model.name} that a lambda gets`, {
        hint: `write where((t) => search.${method}(t, "words"))`,
      });
    });
    // No word holds what PostgreSQL's text can't.
    const words = search.toWellFormed().replaceAll("\0", " ");
    const node = { kind: "function", name, index: this.#index } as const;
    const type = name === "textMatch" ? boolean : float;
    return { ...node, operands: [...operands, bound(words, text, at)], type };
  }
}

/** What makes a search, for the statements that prepare it; undefined for anything else. */
export function textIndexOf(value: unknown): TextIndex | undefined {
  return typeof value === "object" && value !== null ? open(value) : undefined;
}

/**
 * Names the columns of a model that are searched.
 *
 * @throws {UsageError} A column is no text, the key is no whole number, or an option is unknown.
 */
export function fullText(model: unknown, names?: unknown, options: unknown = {}): TextSearch {
  const definition = typeof model === "function" ? findDefinition(model) : undefined;
  if (definition === undefined) throw new UsageError("fullText() expected a model first");
  const at = `fullText(${definition.name})`;
  const own = names === undefined ? soleIndex(at, definition) : undefined;
  const list = own?.columns.map(({ property }) => property) ?? (Array.isArray(names) ? names : []);
  const columns = list.map((name: unknown) => definition.byProperty.get(String(name)));
  const wrong = columns.findIndex((column) => column?.type.kind !== "text");
  if (columns.length === 0 || wrong >= 0) {
    const what = wrong < 0 ? "no column" : `${String(list[wrong])}, which is no column of text`;
    throw new UsageError(`${at} was given ${what}`, {
      hint: 'name columns of text: fullText(Post, ["title", "body"])',
    });
  }
  const [key, second] = definition.primaryKey;
  if (key === undefined || second !== undefined || !["integer", "bigint"].includes(key.type.kind)) {
    throw new UsageError(`${at} needs a primary key that is one whole number`, {
      hint: "SQLite finds the words of a row by it",
    });
  }
  const texts = columns.flatMap((column) => column ?? []);
  const declared =
    own ?? definition.fullTexts.find((each) => sameList(namesOf(each.columns), namesOf(texts)));
  const { language, name } = readOptions(at, options, {
    language: declared?.language ?? defaultLanguage,
    name: declared?.name ?? fullTextName(definition.table),
  });
  const weights = readWeights(at, options, texts);
  const index: TextIndex = {
    name,
    table: definition.table,
    key: key.column,
    columns: namesOf(texts),
    language,
    ...(weights !== undefined && { weights }),
  };
  const properties = [key, ...texts].map(({ property }) => property);
  return new TextSearch(Object.freeze(index), definition, properties);
}

/** How much each column counts: 1 where nothing is said. */
function readWeights(
  at: string,
  options: unknown,
  columns: readonly ColumnDefinition[],
): readonly number[] | undefined {
  const given: unknown = Reflect.get(Object(options), "weights");
  if (given === undefined) return undefined;
  const hint = "write weights: { title: 4 }; the other columns count 1";
  if (!isPlainObject(given)) {
    throw new UsageError(`${at} takes weights as an object of numbers by column`, { hint });
  }
  const weights = new Map<string, unknown>(Object.entries(given));
  const wrong = [...weights].find(
    ([property, weight]) =>
      columns.every((column) => column.property !== property) ||
      typeof weight !== "number" ||
      !(weight > 0 && weight < Number.POSITIVE_INFINITY),
  );
  const read = columns.map(({ property }) => Number(weights.get(property) ?? 1));
  if (wrong === undefined && new Set(read).size <= mostWeights) return read;
  throw new UsageError(
    wrong === undefined
      ? `${at}: weights has more than ${mostWeights} different numbers`
      : `${at}: weights says ${wrong[0]}, which is no column of the search with a number above 0`,
    { hint },
  );
}

/** PostgreSQL keeps a word's weight as one of four letters. */
const mostWeights = 4;

function namesOf(columns: readonly ColumnDefinition[]): readonly string[] {
  return columns.map(({ column }) => column);
}

/** The full-text index of a model that has one. */
function soleIndex(at: string, { fullTexts }: ModelDefinition): FullTextDefinition {
  const [sole, second] = fullTexts;
  if (sole !== undefined && second === undefined) return sole;
  const problem = sole === undefined ? "the model has no full-text index" : "the model has several";
  throw new UsageError(`${at}: ${problem}`, {
    hint:
      sole === undefined
        ? 'give the model the option fullText: [["title", "body"]], or name the columns here'
        : 'name the columns of one: fullText(Post, ["title"])',
  });
}

function readOptions(
  at: string,
  options: unknown,
  usual: { readonly language: string; readonly name: string },
) {
  if (typeof options !== "object" || options === null) {
    throw new UsageError(`${at} takes its options as an object`);
  }
  const given = options as Record<string, unknown>;
  const { language = usual.language, name = usual.name, weights: _, ...others } = given;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) {
    throw new UsageError(`${at} has no option ${JSON.stringify(unknown)}`, {
      hint: "its options are language, name and weights",
    });
  }
  if (typeof language !== "string" || !languagePattern.test(language)) {
    throw new UsageError(`${at}: language is a name such as "english" or "simple"`);
  }
  if (typeof name !== "string" || name.trim() === "") {
    throw new UsageError(`${at}: name is the name of the index`);
  }
  return { language, name };
}
