/** The blog that behaviour tests use: every kind of relation, and each common column. */
import { z } from "zod";
import { backRef, field, foreignKey, id, Model, manyToMany } from "../../src/index.ts";

export class Author extends Model("Author", {
  id: id(),
  name: z.string().min(1),
  email: field(z.email(), { unique: true }),
  bio: z.string().nullable().default(null),
  get posts() {
    return backRef(Post);
  },
  get reviews() {
    return backRef(Post);
  },
  get profile() {
    return backRef(Profile);
  },
}) {
  get shout(): string {
    return this.name.toUpperCase();
  }
}

export class Post extends Model(
  "Post",
  {
    id: id(),
    title: z.string().min(1).max(200),
    views: z.int().default(0),
    published: z.boolean().default(false),
    rating: z.number().nullable().default(null),
    subtitle: z.string().optional(),
    meta: z
      .object({ tags: z.array(z.string()), depth: z.number() })
      .nullable()
      .default(null),
    createdAt: z.date().default(() => new Date()),
    get author() {
      return foreignKey(Author, { relatedName: "posts" });
    },
    get reviewer() {
      return foreignKey(Author, { relatedName: "reviews", nullable: true, onDelete: "SET NULL" });
    },
    get tags() {
      return manyToMany(Tag, { relatedName: "posts" });
    },
  },
  { indexes: [["authorId", "createdAt"]] },
) {
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

export class Profile extends Model("Profile", {
  id: id(),
  website: z.url().nullable().default(null),
  get user() {
    return foreignKey(Author, { relatedName: "profile", unique: true });
  },
}) {}

export class Employee extends Model("Employee", {
  id: id(),
  name: z.string(),
  get manager() {
    return foreignKey(Employee, { relatedName: "reports", nullable: true });
  },
  get reports() {
    return backRef(Employee);
  },
  get friends() {
    return manyToMany(Employee, { relatedName: "friendOf" });
  },
  get friendOf() {
    return backRef(Employee);
  },
}) {}
