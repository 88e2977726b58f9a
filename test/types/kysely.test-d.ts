import { expectTypeOf, test } from "vitest";
import { z } from "zod";
import { decimal, id, Model } from "../../src/index.ts";
import { type KyselyDatabase, kysely } from "../../src/kysely.ts";
import type { Author, Post } from "./support/models.ts";

class Sample extends Model("Sample", {
  id: id(),
  createdAt: z.date().default(() => new Date()),
  HTTPCode: z.int(),
  version2Of: z.string().nullable(),
  isOpen: z.boolean(),
  big: z.bigint(),
  price: decimal(10, 2),
  meta: z.object({ a: z.int() }),
}) {}

type Tables = { sample: typeof Sample; post: typeof Post; author: typeof Author };

test("tables have the columns of their models, with the values of raw SQL", async () => {
  const db = kysely<KyselyDatabase<Tables, "sqlite">>();
  const row = await db.selectFrom("sample").selectAll().executeTakeFirstOrThrow();
  expectTypeOf(row).toEqualTypeOf<{
    id: number;
    created_at: string;
    http_code: number;
    version2_of: string | null;
    is_open: number;
    big: number | bigint;
    price: string;
    meta: string;
  }>();
  const onPostgres = kysely<KyselyDatabase<Tables, "postgres">>();
  const [open] = await onPostgres.selectFrom("sample").select("is_open").execute();
  expectTypeOf(open).toEqualTypeOf<{ is_open: boolean } | undefined>();
});

test("foreign keys are columns, relations are none", () => {
  const db = kysely<KyselyDatabase<Tables>>();
  db.selectFrom("post").innerJoin("author", "author.id", "post.author_id").select("post.title");
  // @ts-expect-error -- a relation is no column
  db.selectFrom("post").select("author");
  // @ts-expect-error -- columns have their names in the database
  db.selectFrom("post").select("authorId");
  // @ts-expect-error -- there is no such table
  db.selectFrom("nope");
});

test("inserts take what raw SQL takes", () => {
  const db = kysely<KyselyDatabase<Tables>>();
  const values = {
    http_code: 1,
    version2_of: null,
    is_open: true,
    big: 1n,
    price: "1.5",
    meta: "{}",
  };
  db.insertInto("sample").values(values);
  db.insertInto("sample").values({ ...values, created_at: new Date() });
  // @ts-expect-error -- a column without a default is needed
  db.insertInto("sample").values({ http_code: 1 });
});
