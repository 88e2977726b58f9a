import { expect, test } from "vitest";
import type { ModelDefinition } from "../../../src/definition/definition.ts";
import { findDefinition } from "../../../src/definition/key.ts";
import { DriverError } from "../../../src/driver/driver.ts";
import type { Query } from "../../../src/ir/query.ts";
import { findBrokenKey } from "../../../src/session/blame.ts";
import type { Executor } from "../../../src/session/connection.ts";
import { Author, Employee, Post } from "../../db/models.ts";

const unused = {} as Executor;

const broken = (model: unknown, query: object, constraint: string, columns?: string[]) => {
  const table = constraint.split("_")[0];
  const error = new DriverError("refused", { kind: "foreignKey", table, constraint, columns });
  const definition = findDefinition(model) as ModelDefinition;
  const failed = { query: query as Query, values: [], model: definition };
  return findBrokenKey(error, unused, failed);
};

const on = (table: string) => ({ from: { table, alias: "t0" } });
const sets = (column: string) => ({ set: [{ column }] });

test("the side of a key is told by the statement where the database's words aren't read", async () => {
  const manager = "employee_manager_id_fkey";
  const author = "post_author_id_fkey";
  const insert = { kind: "insert", table: "post" };
  const update = { kind: "update", ...on("employee") };

  const problems = await Promise.all([
    broken(Post, insert, author),
    broken(Author, { kind: "delete", ...on("author") }, author),
    broken(Author, { kind: "update", ...on("author"), ...sets("id") }, author),
    broken(Post, { kind: "update", ...on("post"), ...sets("author_id") }, author),
    broken(Employee, { ...update, ...sets("manager_id") }, manager),
    broken(Employee, { ...update, ...sets("id") }, manager),
  ]);

  expect(problems.map((key) => key?.problem)).toEqual([
    "missing",
    "referenced",
    "referenced",
    "missing",
    "missing",
    "referenced",
  ]);
  expect(problems[1]).toEqual({
    problem: "referenced",
    table: "post",
    columns: ["authorId"],
    constraint: author,
    owner: "Post",
    target: "Author",
  });
});

test("a key of another name is known by its column, and one of no model is left as it is", async () => {
  const insert = { kind: "insert", table: "post" };

  const renamed = await broken(Post, insert, "post_custom", ["author_id"]);
  const unknown = await broken(Post, insert, "elsewhere_custom", ["author_id"]);

  expect(renamed).toMatchObject({ columns: ["authorId"], constraint: "post_custom" });
  expect(unknown).toBeUndefined();
});

test("a probe that fails is not what is thrown", async () => {
  const error = new DriverError("refused", { kind: "foreignKey" });
  const query = {
    kind: "insert",
    table: "post",
    shape: "values",
    rows: 1,
    columns: [{ column: "author_id" }],
  } as unknown as Query;
  const model = findDefinition(Post) as ModelDefinition;

  expect(await findBrokenKey(error, unused, { query, values: [404], model })).toBeUndefined();
});
