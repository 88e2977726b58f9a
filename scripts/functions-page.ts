/** The reference page of functions: its examples are compiled for both databases. */
import { z } from "zod";
import { definitionKey } from "../src/definition/key.ts";
import { numberPattern } from "../src/dialect/number-text.ts";
import { postgresDialect } from "../src/dialect/postgres/dialect.ts";
import { sqliteDialect } from "../src/dialect/sqlite/dialect.ts";
import * as ferro from "../src/index.ts";
import { Planner } from "../src/plan/planner.ts";
import { QueryBuilder, querySpec } from "../src/query/builder.ts";
import type { QueryRunner } from "../src/query/runner.ts";
import { type Entry, type Group, groups } from "./functions.ts";

const { array, backRef, decimal, foreignKey, id, json, Model } = ferro;

class Author extends Model("Author", {
  id: id(),
  name: z.string(),
  get posts() {
    return backRef(Post);
  },
}) {}

class Post extends Model("Post", {
  id: id(),
  title: z.string(),
  subtitle: z.string().nullable(),
  views: z.int(),
  rating: z.number().nullable(),
  price: decimal(10, 2),
  published: z.boolean(),
  createdAt: z.date(),
  day: z.iso.date(),
  labels: array(z.string()),
  meta: json(z.object({ city: z.string(), other: z.unknown(), tags: z.array(z.string()) })),
  get author() {
    return foreignKey(Author, { relatedName: "posts" });
  },
}) {}

/** Queries that are only looked at: the text is all that is asked for. */
function queryFor(planner: Planner): QueryBuilder {
  const runner = {
    text: ({ query, values }: Parameters<QueryRunner["text"]>[0]) =>
      planner.plan(query).statement(values),
  } as Partial<QueryRunner> as QueryRunner;
  const model = Post as unknown as Parameters<typeof querySpec>[1] & {
    readonly [definitionKey]: Parameters<typeof querySpec>[0];
  };
  return new QueryBuilder(querySpec(model[definitionKey], model, runner));
}

const queries = [sqliteDialect, postgresDialect].map((dialect) => queryFor(new Planner(dialect)));

/** What an example may name. */
const names: Readonly<Record<string, unknown>> = { ...ferro, z, Author, Post };

/** The SQL of an example on each database. */
export function sqlOf({ example, clause = "select" }: Entry): readonly string[] {
  const parameters = [...Object.keys(names), "t"];
  const run = new Function(...parameters, `return ${example}`);
  const lambda = (t: unknown): unknown => run(...Object.values(names), t);
  return queries.map((query) => {
    const from = ' from "post" as "t0"';
    switch (clause) {
      case "where": {
        const { sql } = query.where(lambda).toSQL();
        return plain(sql.slice(sql.indexOf(" where ") + " where ".length));
      }
      case "orderBy": {
        const { sql } = query.orderBy(lambda).toSQL();
        return plain(sql.slice(sql.indexOf(" order by ") + " order by ".length));
      }
      default: {
        const { sql } = query.select(lambda).toSQL();
        return plain(sql.slice("select ".length, sql.lastIndexOf(from)));
      }
    }
  });
}

/** Without the names of tables, where they are of no interest. */
function plain(sql: string): string {
  return sql.includes('"t1"') ? sql : sql.replaceAll('"t0".', "");
}

/** The page. */
export function functionsPage(): string {
  return `# Functions

This page is made from examples that are compiled for both databases (\`scripts/reference.ts\`). In lambdas, \`t\` are the columns of the rows:
\`Post.where((t) => t.views.gt(1))\`, \`Post.select((t) => ({ name: t.title.upper() }))\`. [Queries](../guide/queries.md) and
[Computed values](../guide/computed-values.md) tell how they go together. \`ferro_…\` are functions that Ferro adds to SQLite.

${groups.map(section).join("\n\n")}
`;
}

function section({ title, about, entries }: Group): string {
  const rows = entries.map((entry) => {
    const [sqlite = "", postgres = ""] = sqlOf(entry).map(code);
    const sql = sqlite === postgres ? `${sqlite} | the same` : `${sqlite} | ${postgres}`;
    return `| ${code(entry.call)} | ${entry.about.replaceAll("|", "\\|")} | ${code(entry.example)} | ${sql} |`;
  });
  return [
    `## ${title}`,
    "",
    about,
    "",
    "| function | | example | SQLite | PostgreSQL |",
    "| --- | --- | --- | --- | --- |",
    ...rows,
  ].join("\n");
}

/** Code in a cell of a table. */
function code(text: string): string {
  const cell = text.replaceAll(numberPattern, "…").replaceAll("|", "\\|");
  return text.includes("`") ? `\`\` ${cell} \`\`` : `\`${cell}\``;
}
