/** The models of the contract's own examples, and a database for them. */
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import {
  backRef,
  bytes,
  type Connection,
  type ConnectOptions,
  connect,
  decimal,
  field,
  foreignKey,
  id,
  Model,
  manyToMany,
  resetEngine,
} from "ferro-orm";
import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import { z } from "zod";
import type { TestDatabase } from "../../support/databases.ts";

export class Author extends Model("Author", {
  id: id(),
  name: z.string(),
  email: field(z.email(), { unique: true }),
  get posts() {
    return backRef(Post);
  },
  get profile() {
    return backRef(Profile);
  },
}) {}

export class Post extends Model("Post", {
  id: id(),
  title: z.string().min(1).max(200),
  published: z.boolean().default(false),
  views: z.int().default(0),
  rating: z.number().nullable().default(null),
  note: z.string().optional(),
  price: decimal(10, 2).nullable().default(null),
  cover: bytes().nullable().default(null),
  meta: z
    .object({
      address: z.object({ city: z.string(), floor: z.int() }),
      labels: z.array(z.string()),
    })
    .nullable()
    .default(null),
  createdAt: z.date().default(() => new Date()),
  get author() {
    return foreignKey(Author, { relatedName: "posts" });
  },
  get tags() {
    return manyToMany(Tag, { relatedName: "posts" });
  },
  get comments() {
    return backRef(Comment);
  },
}) {
  get slug(): string {
    return this.title.toLowerCase().replaceAll(" ", "-");
  }
}

export class Tag extends Model("Tag", {
  id: id(),
  name: field(z.string(), { unique: true }),
  get posts() {
    return backRef(Post);
  },
}) {}

export class Comment extends Model("Comment", {
  id: id(),
  text: z.string(),
  approved: z.boolean().default(false),
  get post() {
    return foreignKey(Post, { relatedName: "comments" });
  },
}) {}

export class Profile extends Model("Profile", {
  id: id(),
  bio: z.string(),
  get user() {
    return foreignKey(Author, { relatedName: "profile", unique: true });
  },
}) {}

/** A model whose table can be emptied. */
interface Emptied {
  allRows(): { delete(): Promise<number> };
}

/** Connects to the default database of a suite; its tables are empty before each test. */
export function useBlog(
  db: TestDatabase,
  own: readonly Emptied[] = [],
): { readonly connection: () => Connection; spy(): readonly string[] } {
  let connection: Connection;
  const stops: (() => void)[] = [];

  beforeAll(async () => {
    connection = await connectTo(db);
  });

  beforeEach(async () => {
    for (const model of [...own, Comment, Post, Profile, Tag, Author])
      await model.allRows().delete();
  });

  afterEach(() => {
    for (const stop of stops.splice(0)) stop();
  });

  afterAll(async () => {
    await resetEngine();
  });

  return {
    connection: () => connection,
    /** The SQL of the statements that run from now on. */
    spy() {
      const statements: string[] = [];
      const listen = (event: unknown) => {
        statements.push((event as { readonly sql: string }).sql);
      };
      subscribe("ferro:query", listen);
      stops.push(() => unsubscribe("ferro:query", listen));
      return statements;
    },
  };
}

/** Connects with tables in place, whichever driver the suite runs on. */
export function connectTo(db: TestDatabase, options: ConnectOptions = {}): Promise<Connection> {
  return connect(db.url, {
    autoMigrate: true,
    implicitRouting: "allow",
    ...(db.driver === "better-sqlite3" && { sqlite: db.driver }),
    ...(db.threads !== undefined && { pool: { threads: db.threads } }),
    ...options,
  });
}

/** Two authors, three posts, their tags and comments. */
export async function fillBlog(): Promise<{
  readonly ann: Author;
  readonly bob: Author;
  readonly posts: readonly [Post, Post, Post];
}> {
  const ann = await Author.create({ name: "Ann", email: "ann@example.com" });
  const bob = await Author.create({ name: "Bob", email: "bob@example.com" });
  const alpha = await Post.create({ title: "Alpha", views: 10, published: true, author: ann });
  const beta = await Post.create({ title: "Beta", views: 20, rating: 2.5, author: ann });
  const gamma = await Post.create({ title: "Gamma", views: 30, rating: 4, author: bob });
  await alpha.tags.add(await Tag.create({ name: "red" }), await Tag.create({ name: "blue" }));
  for (const approved of [true, false, true]) {
    await alpha.comments.create({ text: approved ? "yes" : "no", approved });
  }
  await beta.comments.create({ text: "yes", approved: true });
  return { ann, bob, posts: [alpha, beta, gamma] };
}
