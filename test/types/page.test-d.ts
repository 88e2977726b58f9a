import { expectTypeOf, test } from "vitest";
import type { CountedPage, Page } from "../../src/index.ts";
import { Post } from "./support/models.ts";

test("a page holds what all() gives", async () => {
  const page = await Post.orderBy("id").page({ size: 10 });
  expectTypeOf(page).toEqualTypeOf<Page<Post>>();
  expectTypeOf(page.items).toEqualTypeOf<Post[]>();
  expectTypeOf(page.next).toEqualTypeOf<string | null>();
  expectTypeOf(await Post.page({ size: 10, after: page.next })).toEqualTypeOf<Page<Post>>();
});

test("only a page that counts has a total", async () => {
  expectTypeOf(await Post.page({ size: 10, total: true })).toEqualTypeOf<CountedPage<Post>>();
  // @ts-expect-error -- ask for it: page({ size: 10, total: true })
  (await Post.page({ size: 10 })).total;
});

test("a size is needed, and cursors are text", () => {
  // @ts-expect-error -- how many rows?
  Post.page({});
  // @ts-expect-error -- a cursor, not a key
  Post.page({ size: 10, after: 3 });
  // @ts-expect-error -- a cursor, not a key
  Post.orderBy("id").after(3);
});
