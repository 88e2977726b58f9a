import { expectTypeOf, test } from "vitest";
import { Author, Post } from "./support/models.ts";

test("a stream gives what all() gives", async () => {
  for await (const post of Post.where((t) => t.id.gt(1))) expectTypeOf(post).toEqualTypeOf<Post>();
  for await (const post of Post.stream()) expectTypeOf(post).toEqualTypeOf<Post>();
  for await (const author of Author.orderBy("id").stream({ batchSize: 10 })) {
    expectTypeOf(author).toEqualTypeOf<Author>();
  }
});

test("refuses what is no stream, and unknown options", async () => {
  // @ts-expect-error -- a model is no stream by itself: say Post.stream()
  for await (const _ of Post);
  // @ts-expect-error -- the option is called batchSize
  Post.stream({ size: 10 });
});
