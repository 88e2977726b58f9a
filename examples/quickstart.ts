/** The program of README.md: two models, a relation, a query, a refusal. */
import {
  backRef,
  connect,
  disconnect,
  field,
  foreignKey,
  id,
  Model,
  ValidationError,
} from "ferro-orm";
import { z } from "zod";

class Author extends Model("Author", {
  id: id(),
  name: z.string().min(1),
  email: field(z.email(), { unique: true }),
  get posts() {
    return backRef(Post);
  },
}) {}

class Post extends Model("Post", {
  id: id(),
  title: z.string().min(1).max(200),
  published: z.boolean().default(false),
  createdAt: z.date().default(() => new Date()),
  get author() {
    return foreignKey(Author, { relatedName: "posts" });
  },
}) {
  get slug(): string {
    return this.title.toLowerCase().replaceAll(" ", "-");
  }
}

await connect("sqlite::memory:", { autoMigrate: true, implicitRouting: "allow" });

const ann = await Author.create({ name: "Ann", email: "ann@example.com" });
await ann.posts.create({ title: "Hello World", published: true });
await Post.create({ title: "A draft", author: ann });

const posts = await Post.where((t) => t.author.name.eq("Ann"))
  .orderBy((t) => t.title)
  .all();
for (const post of posts) console.log(`${post.slug} by ${(await post.author).name}`);

try {
  await Author.create({ name: "", email: "ann" });
} catch (error) {
  if (!(error instanceof ValidationError)) throw error;
  console.log(error.message);
}

await disconnect();
