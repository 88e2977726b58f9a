/** An application of two models that refer to each other; package.test.ts bundles, minifies and runs it. */
import { backRef, connect, foreignKey, id, Model } from "ferro-orm";
import { z } from "zod";

class Author extends Model("Author", {
  id: id(),
  name: z.string(),
  get posts() {
    return backRef(Post);
  },
}) {}

class Post extends Model("Post", {
  id: id(),
  title: z.string(),
  get author() {
    return foreignKey(Author, { relatedName: "posts" });
  },
}) {}

const connection = await connect("sqlite::memory:", { autoMigrate: true });
const ann = await Author.create({ name: "Ann" });
await Post.create({ title: "Notes", author: ann });

const post = await Post.where((p) => p.title.eq("Notes")).one();
const author = await post.author;
console.log(`${author.name} wrote ${post.title}`);
await connection.close();
