import { expectTypeOf, test } from "vitest";
import { z } from "zod";
import { fetchAll, fetchOne, type RawRow, sql, transaction } from "../../src/index.ts";
import { Post } from "./support/models.ts";

const schema = z.object({ id: z.coerce.bigint(), at: z.string().transform((at) => new Date(at)) });
type Checked = { id: bigint; at: Date };

test("rows are plain unless something says what they are", async () => {
  expectTypeOf(await fetchAll("select 1")).toEqualTypeOf<RawRow[]>();
  expectTypeOf(await fetchOne(sql`select 1`, { using: "a" })).toEqualTypeOf<RawRow | null>();
});

test("a schema types the rows", async () => {
  expectTypeOf(await fetchAll(sql`select 1`, { schema })).toEqualTypeOf<Checked[]>();
  expectTypeOf(await fetchOne("select ?", [1], { schema })).toEqualTypeOf<Checked | null>();
  await transaction(async (tx) => {
    expectTypeOf(await tx.fetchAll("select 1", { schema })).toEqualTypeOf<Checked[]>();
    expectTypeOf(await tx.fetchAll("select 1")).toEqualTypeOf<RawRow[]>();
  });
});

test("as() types the rows", async () => {
  expectTypeOf(await fetchAll(sql`select 1`.as(Post))).toEqualTypeOf<Post[]>();
  expectTypeOf(await fetchOne(sql`select 1`.as(Post))).toEqualTypeOf<Post | null>();
  await transaction(async (tx) => {
    expectTypeOf(await tx.fetchOne(sql`select 1`.as(Post))).toEqualTypeOf<Post | null>();
  });
  // @ts-expect-error -- not a class
  sql`select 1`.as("Post");
});
