import { expectTypeOf, test } from "vitest";
import { type FullText, fullText } from "../../src/index.ts";
import { Author, Post } from "./support/models.ts";

test("fullText takes columns of text", () => {
  const search = fullText(Author, ["name", "bio"], { language: "simple" });
  expectTypeOf(search).toEqualTypeOf<FullText<typeof Author>>();
  Author.where((t) => search.matches(t, "quick")).orderBy((t) => search.rank(t, "quick"), "desc");
  Post.where((t) => search.matches(t.author, "quick"));

  expectTypeOf(fullText(Author)).toEqualTypeOf<FullText<typeof Author>>();

  fullText(Author, ["name", "bio"], { weights: { name: 4 } });

  // @ts-expect-error -- there is no such column
  fullText(Author, ["name"], { weights: { title: 4 } });
  // @ts-expect-error -- a number is no text
  fullText(Author, ["id"]);
  // @ts-expect-error -- there is no such column
  fullText(Author, ["title"]);
  // @ts-expect-error -- these are the columns of another model
  Post.where((t) => search.matches(t, "quick"));
});
