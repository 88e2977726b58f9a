import { expectTypeOf, test } from "vitest";
import { recursive } from "../../src/index.ts";
import { Post } from "./support/models.ts";

test("recursive gives instances, and with a limit their depth", () => {
  const same = recursive(Post.where({ id: 1 }), (next, found) => next.authorId.eq(found.authorId));
  expectTypeOf(same.all()).resolves.toEqualTypeOf<Post[]>();
  // @ts-expect-error there is no depth without maxDepth
  same.select((t, depth) => ({ id: t.id, depth }));

  const deep = recursive(Post.where({ id: 1 }), (next, found) => next.id.gt(found.id), {
    maxDepth: 3,
  });
  const rows = deep.where((_, depth) => depth.gt(1)).select((t, depth) => ({ id: t.id, depth }));
  expectTypeOf(rows.all()).resolves.toEqualTypeOf<{ id: number; depth: number }[]>();

  // @ts-expect-error the rows have no such column
  recursive(Post.where({ id: 1 }), (next, found) => next.nope.eq(found.id));
  // @ts-expect-error the columns' types differ
  recursive(Post.where({ id: 1 }), (next, found) => next.title.eq(found.id));
});
