/** Searches for words in the texts of a model's rows. */
import type { ModelDefinition } from "../definition/definition.ts";
import { findDefinition } from "../definition/key.ts";
import { UsageError } from "../errors/errors.ts";
import type { TextIndex } from "../ir/query.ts";
import type { StorageType } from "../ir/type.ts";
import { Expression } from "./expression.ts";
import type { ExpressionNode } from "./nodes.ts";
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
export function fullText(model: unknown, names: unknown, options: unknown = {}): TextSearch {
  const definition = typeof model === "function" ? findDefinition(model) : undefined;
  if (definition === undefined) throw new UsageError("fullText() expected a model first");
  const at = `fullText(${definition.name})`;
  const list = Array.isArray(names) ? names : [];
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
  const { language, name } = readOptions(at, options, definition.table);
  const index: TextIndex = {
    name,
    table: definition.table,
    key: key.column,
    columns: texts.map(({ column }) => column),
    language,
  };
  const properties = [key, ...texts].map(({ property }) => property);
  return new TextSearch(Object.freeze(index), definition, properties);
}

function readOptions(at: string, options: unknown, table: string) {
  if (typeof options !== "object" || options === null) {
    throw new UsageError(`${at} takes its options as an object`);
  }
  const given = options as Record<string, unknown>;
  const { language = "english", name = `${table}_search`, ...others } = given;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) {
    throw new UsageError(`${at} has no option ${JSON.stringify(unknown)}`, {
      hint: "its options are language and name",
    });
  }
  if (typeof language !== "string" || !/^[a-z_]+$/.test(language)) {
    throw new UsageError(`${at}: language is a name such as "english" or "simple"`);
  }
  if (typeof name !== "string" || name.trim() === "") {
    throw new UsageError(`${at}: name is the name of the index`);
  }
  return { language, name };
}
