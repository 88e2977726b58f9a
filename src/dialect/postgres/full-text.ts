/** Full-text search as PostgreSQL does it: a tsvector of the columns, with a GIN index over the same expression. */
import { type OperationNode, RawNode } from "kysely";
import type { CreateOptions } from "../../ddl/dialect.ts";
import { UsageError } from "../../errors/errors.ts";
import { languagePattern } from "../../ir/full-text.ts";
import type { FunctionCall, TextIndex } from "../../ir/query.ts";
import type { BoundSlot, Operand } from "../../sql/dialect.ts";
import { castTo, placeholder, text } from "../../sql/nodes.ts";
import { quoteIdentifier, quoteQualified } from "../../util/identifier.ts";

/** Whether a row's texts match a search, or how well. */
export function postgresSearch(
  { name, index }: FunctionCall,
  operands: readonly Operand[],
): OperationNode {
  const slot = operands.at(-1)?.slot as BoundSlot;
  const language = RawNode.createWithSql(configuration(index as TextIndex));
  const columns = operands.slice(1, -1).map(({ node }) => text`coalesce(${node}, '')`);
  const words = RawNode.create(["", ...columns.slice(1).map(() => " || ' ' || "), ""], columns);
  const vector = text`to_tsvector(${language}, ${words})`;
  const search = castTo(placeholder({ ...slot, form: "webSearch" }), "text");
  const query = text`websearch_to_tsquery(${language}, ${search})`;
  if (name === "textMatch") return text`${vector} @@ ${query}`;
  const { weights } = index as TextIndex;
  if (weights === undefined) return text`ts_rank(${vector}, ${query})::double precision`;
  const { letters, values } = lettersOf(weights);
  const parts = columns.map(
    (column, at) =>
      text`setweight(to_tsvector(${language}, ${column}), ${RawNode.createWithSql(`'${letters[at]}'`)})`,
  );
  const weighed = RawNode.create(["", ...parts.slice(1).map(() => " || "), ""], parts);
  const worth = RawNode.createWithSql(`'{${values.join(",")}}'::real[]`);
  return text`ts_rank(${worth}, ${weighed}, ${query})::double precision`;
}

/** Weights as a tsvector holds them: four letters, whose worth is at most 1 and is given from D to A. */
function lettersOf(weights: readonly number[]) {
  const different = [...new Set(weights)].sort((a, b) => b - a);
  const values = [3, 2, 1, 0].map((at) => (different[at] ?? 0) / (different[0] ?? 1));
  return { letters: weights.map((weight) => "ABCD"[different.indexOf(weight)]), values };
}

/** The index that serves the search. */
export function postgresTextIndex(
  index: TextIndex,
  { ifMissing = true, concurrently = false }: CreateOptions = {},
): readonly string[] {
  const { name, table, columns } = index;
  const words = columns.map((column) => `coalesce(${quoteIdentifier(column)}, '')`);
  const vector = `to_tsvector(${configuration(index)}, ${words.join(" || ' ' || ")})`;
  const how = `${concurrently ? "CONCURRENTLY " : ""}${ifMissing ? "IF NOT EXISTS " : ""}`;
  return [
    `CREATE INDEX ${how}${quoteIdentifier(name)} ON ${quoteQualified(table)} USING gin (${vector})`,
  ];
}

/** The language as a literal: an index is known again by its text alone. */
function configuration({ language }: TextIndex): string {
  if (!languagePattern.test(language))
    throw new UsageError("a language is written in small letters");
  return `'${language}'`;
}
