import { expectTypeOf, test } from "vitest";
import type { Page } from "../../src/index.ts";
import { Post } from "./support/models.ts";

test("a page holds what all() gives", async () => {
  const page = await Post.orderBy("id").page({ size: 10 });
  expectTypeOf(page).toEqualTypeOf<Page<Post>>();
  expectTypeOf(page.items).toEqualTypeOf<Post[]>();
  expectTypeOf(page.next).toEqualTypeOf<string | null>();
  expectTypeOf(await Post.page({ size: 10, after: page.next })).toEqualTypeOf<Page<Post>>();
});

test("a cursor may be assigned in a loop over one query", async () => {
  const query = Post.orderBy("id");
  let cursor: string | null = null;
  do {
    const page = await query.page({ size: 2, after: cursor });
    expectTypeOf(page.items).toEqualTypeOf<Post[]>();
    cursor = page.next;
  } while (cursor !== null);
});

test("plain rows have pages", async () => {
  const page = await Post.where({ id: 1 }).select("id", "title").page({ size: 2 });
  expectTypeOf(page.items).toEqualTypeOf<{ id: number; title: string }[]>();
});

test("only a page that counts has a total", async () => {
  const { total } = await Post.page({ size: 10, total: true });
  expectTypeOf(total).toEqualTypeOf<number | undefined>();
});

test("a size is needed, and cursors are text", () => {
  // @ts-expect-error -- how many rows?
  Post.page({});
  // @ts-expect-error -- a cursor, not a key
  Post.page({ size: 10, after: 3 });
  // @ts-expect-error -- a cursor, not a key
  Post.orderBy("id").after(3);
});
