/** The models that an `@example` may use without defining them. */
import { backRef, foreignKey, id, Model, manyToMany } from "ferro-orm";
import { z } from "zod";

export class Author extends Model("Author", {
  id: id(),
  name: z.string(),
  email: z.email(),
  get posts() {
    return backRef(Post);
  },
}) {}

export class Post extends Model("Post", {
  id: id(),
  title: z.string().min(1).max(200),
  views: z.int().default(0),
  published: z.boolean().default(false),
  createdAt: z.date().default(() => new Date()),
  get author() {
    return foreignKey(Author, { relatedName: "posts" });
  },
  get tags() {
    return manyToMany(Tag, { relatedName: "posts" });
  },
}) {}

export class Tag extends Model("Tag", {
  id: id(),
  name: z.string(),
  get posts() {
    return backRef(Post);
  },
}) {}
