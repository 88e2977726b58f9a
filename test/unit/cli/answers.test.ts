import { describe, expect, test } from "vitest";
import { decide } from "../../../src/cli/decide.ts";
import type { Prompt } from "../../../src/cli/prompt.ts";
import { DecisionNeededError, UsageError } from "../../../src/index.ts";
import type { SchemaPayload } from "../../../src/ir/schema.ts";
import { diffSchemas } from "../../../src/migration/diff.ts";
import { column, id, schema, table, text } from "../ddl/ir.ts";

const nobody: Prompt = {
  interactive: false,
  confirm: async () => false,
  choose: () => Promise.reject(new Error("nobody is there")),
  ask: () => Promise.reject(new Error("nobody is there")),
};

const posts = (...names: readonly string[]) =>
  table("post", [id(), ...names.map((name) => column(name, text))], { primaryKey: ["id"] });

const before = schema([posts("title")], [{ name: "mood", values: ["sad", "ok"] }]).payload;
const renamed = schema([posts("headline")], [{ name: "mood", values: ["sad", "ok"] }]).payload;

/** The answers that flags give, with nobody to ask. */
function answers(
  flags: Parameters<typeof decide>[1],
  to: SchemaPayload = renamed,
  from: SchemaPayload = before,
): ReturnType<typeof decide> {
  return decide((given) => diffSchemas(from, to, { answers: given }), flags, nobody);
}

describe("flags answer the questions of a comparison", () => {
  const title = "rename:column:post.title";

  test.each([
    ["a rename", { rename: ["post.title=headline"] }, { [title]: { rename: "headline" } }],
    [
      "its long form",
      { rename: ["post.title=post.headline"] },
      { [title]: { rename: "headline" } },
    ],
    [
      "a removal, and the value of what is new",
      { removed: ["post.title"], fill: ["post.headline='a=b'"] },
      {
        [title]: { rename: null },
        "fill:post.headline": { fill: { kind: "sql", sql: "'a=b'" } },
      },
    ],
  ])("%s", async (_, flags, expected) => {
    expect(await answers(flags)).toEqual(expected);
  });

  test("a table, and a column of it by either name of the table", async () => {
    const article = { ...posts("headline"), name: "article" };
    for (const name of ["post.title", "article.title"]) {
      expect(
        await answers({ rename: ["post=article", `${name}=headline`] }, schema([article]).payload, {
          ...before,
          enums: [],
        }),
      ).toMatchObject({
        "rename:table:post": { rename: "article" },
        "rename:column:article.title": { rename: "headline" },
      });
    }
  });

  test("a rename that nobody would have guessed is taken", async () => {
    const unlike = table("post", [id(), column("n", { kind: "integer" }, { nullable: true })], {
      primaryKey: ["id"],
    });
    const to = { ...before, tables: [unlike] };

    expect(await answers({ rename: ["post.title=n"] }, to)).toEqual({
      [title]: { rename: "n" },
    });
  });

  test.each([
    [
      "gets another",
      ["sad"],
      { map: ["mood.ok=sad"] },
      { "enum:mood": { mapping: { ok: "sad" } } },
    ],
    ["becomes NULL", ["sad"], { map: ["mood.ok="] }, { "enum:mood": { mapping: { ok: null } } }],
    ["is in no row", ["sad"], { removed: ["mood.ok"] }, { "enum:mood": { mapping: {} } }],
    [
      "is renamed",
      ["sad", "fine"],
      { rename: ["mood.ok=fine"] },
      { "rename:enumValue:mood.ok": { rename: "fine" } },
    ],
  ])("a value of an enum %s", async (_, values, flags, expected) => {
    const to = { ...before, enums: [{ name: "mood", values }] };

    expect(await answers(flags, to)).toEqual(expected);
  });
});

describe("a flag that answers nothing is a mistake, and what could be meant is said", () => {
  test.each([
    [
      { rename: ["post.titel=headline"] },
      "--rename post.titel=headline answers no question\n  hint: what is asked: --rename post.title=headline",
    ],
    [{ rename: ["post.title=heading"] }, "what is asked: --rename post.title=headline"],
    [{ removed: ["post.name"] }, "what is asked: --removed post.title"],
    [{ fill: ["post.name=1"] }, 'what is asked: --fill "post.headline=…"'],
    [{ map: ["mood.blue=sad"] }, "nothing of that kind is asked"],
    [{ rename: ["title"] }, "--rename takes old=new"],
    [{ fill: ["post.headline="] }, "--fill takes table.column=SQL"],
  ])("%j", async (flags, message) => {
    const refused = answers({ rename: ["post.title=headline"], ...flags });

    await expect(refused).rejects.toThrow(UsageError);
    await expect(refused).rejects.toThrow(message);
  });

  test("where nothing is gone, nothing was renamed", async () => {
    await expect(answers({ rename: ["post.title=headline"] }, before)).rejects.toThrow(
      "nothing is gone from the models",
    );
  });
});

test("what is open is printed with the flags that answer it", async () => {
  const refused = await answers({}).catch((error: unknown) => error);

  expect(refused).toBeInstanceOf(DecisionNeededError);
  expect(String(refused)).toContain(
    `the models don't say enough:
  was the column "title" of "post" renamed to "headline", or removed?
    --rename post.title=headline
    --removed post.title
  which value do existing rows of "post" get in "headline", which takes no NULL?
    --fill "post.headline=…"
  hint: run the command again with one flag for each question`,
  );
  expect(refused).toMatchObject({
    decisions: [
      {
        id: "rename:column:post.title",
        flags: ["--rename post.title=headline", "--removed post.title"],
      },
      { id: "fill:post.headline" },
    ],
  });
});
