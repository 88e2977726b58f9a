/** DESIGN 2.2, relations, as its text would be followed. */
import {
  backRef,
  ForeignKeyViolationError,
  fetchAll,
  foreignKey,
  id,
  Model,
  manyToMany,
  UniqueViolationError,
} from "ferro-orm";
import { expect, test } from "vitest";
import { z } from "zod";
import { describeEachDatabase } from "../../support/databases.ts";
import { Author, Comment, fillBlog, Post, Profile, Tag, useBlog } from "./blog.ts";

class Owner extends Model("Owner", {
  id: id(),
  get cascaded() {
    return backRef(Owned);
  },
  get restricted() {
    return backRef(Owned);
  },
  get cleared() {
    return backRef(Owned);
  },
  get defaulted() {
    return backRef(Owned);
  },
  get untouched() {
    return backRef(Owned);
  },
}) {}

class Owned extends Model("Owned", {
  id: id(),
  get byDefault() {
    return foreignKey(Owner, { relatedName: "cascaded", nullable: true });
  },
  get restrict() {
    return foreignKey(Owner, { relatedName: "restricted", nullable: true, onDelete: "RESTRICT" });
  },
  get setNull() {
    return foreignKey(Owner, { relatedName: "cleared", onDelete: "SET NULL", index: true });
  },
  get setDefault() {
    return foreignKey(Owner, { relatedName: "defaulted", nullable: true, onDelete: "SET DEFAULT" });
  },
  get noAction() {
    return foreignKey(Owner, {
      relatedName: "untouched",
      nullable: true,
      onDelete: "NO ACTION",
      onUpdate: "CASCADE",
      column: "left_alone",
    });
  },
}) {}

class Student extends Model("Student", {
  id: id(),
  name: z.string(),
  get courses() {
    return manyToMany(Course, { relatedName: "students", through: Enrolment });
  },
  get enrolments() {
    return backRef(Enrolment);
  },
}) {}

class Course extends Model("Course", {
  id: id(),
  title: z.string(),
  get students() {
    return backRef(Student);
  },
  get enrolments() {
    return backRef(Enrolment);
  },
}) {}

class Enrolment extends Model(
  "Enrolment",
  {
    id: id(),
    grade: z.int().optional(),
    get student() {
      return foreignKey(Student, { relatedName: "enrolments" });
    },
    get course() {
      return foreignKey(Course, { relatedName: "enrolments" });
    },
  },
  { uniques: [["studentId", "courseId"]] },
) {}

describeEachDatabase("contract 2.2", (db) => {
  const { spy } = useBlog(db, [Enrolment, Student, Course, Owned, Owner]);

  test("onDelete: CASCADE by default, RESTRICT, SET NULL, SET DEFAULT, NO ACTION", async () => {
    const owner = async () => Owner.create({});
    const [a, b, c, d, e] = [
      await owner(),
      await owner(),
      await owner(),
      await owner(),
      await owner(),
    ];
    const cascaded = await Owned.create({ byDefault: a });
    await Owned.create({ restrict: b });
    const cleared = await Owned.create({ setNull: c });
    const defaulted = await Owned.create({ setDefault: d });
    await Owned.create({ noAction: e });

    await a.delete();
    await expect(b.delete()).rejects.toThrow(ForeignKeyViolationError);
    await c.delete();
    await d.delete();
    await expect(e.delete()).rejects.toThrow(ForeignKeyViolationError);

    expect(await Owned.getOrNone(cascaded.id)).toBeNull();
    expect((await cleared.refresh()).setNullId).toBeNull();
    expect((await defaulted.refresh()).setDefaultId).toBeNull();
    expect(await fetchAll("select left_alone from owned where left_alone is not null")).toEqual([
      { left_alone: e.id },
    ]);
  });

  test("unique: true makes it one-to-one", async () => {
    const { ann, bob } = await fillBlog();
    await Profile.create({ user: ann, bio: "x" });

    expect((await ann.profile)?.bio).toBe("x");
    expect(await bob.profile).toBeNull();
    await expect(Profile.create({ user: ann, bio: "y" })).rejects.toThrow(UniqueViolationError);
  });

  test("await post.author is one row, or an answer of the identity map", async () => {
    const { ann, posts } = await fillBlog();
    const statements = spy();

    expect(await posts[0].author).toBe(ann);
    expect(statements).toEqual([]);
  });

  test("author.posts is a query, and makes rows", async () => {
    const { ann } = await fillBlog();

    const query = ann.posts
      .where((t) => t.views.gt(5))
      .orderBy((t) => t.views, "desc")
      .limit(1);
    expect((await query.all()).map((post) => post.title)).toEqual(["Beta"]);
    expect(await ann.posts.count()).toBe(2);
    expect((await ann.posts.create({ title: "Third" })).authorId).toBe(ann.id);
  });

  test("add, remove, set and clear change links and no rows", async () => {
    const { posts } = await fillBlog();
    const [alpha] = posts;
    const names = async () => (await alpha.tags.orderBy("name").all()).map((tag) => tag.name);
    const [red, blue] = await Promise.all([
      Tag.where({ name: "red" }).one(),
      Tag.where({ name: "blue" }).one(),
    ]);
    const green = await Tag.create({ name: "green" });

    await alpha.tags.add(green);
    await alpha.tags.remove(blue);
    expect(await names()).toEqual(["green", "red"]);
    await alpha.tags.set([blue, red]);
    expect(await names()).toEqual(["blue", "red"]);
    await alpha.tags.clear();
    expect(await names()).toEqual([]);
    expect(await Tag.count()).toBe(3);
  });

  test("through a model, links carry data", async () => {
    const [dora, logic] = [
      await Student.create({ name: "Dora" }),
      await Course.create({ title: "Logic" }),
    ];
    await Enrolment.create({ student: dora, course: logic, grade: 1 });

    expect((await dora.courses.one()).title).toBe("Logic");
    expect((await logic.students.one()).name).toBe("Dora");
    expect((await dora.enrolments.one()).grade).toBe(1);
  });

  test("include types and loads: one row, a list that is still a relation, a lambda", async () => {
    await fillBlog();
    const posts = await Post.include({
      author: true,
      tags: true,
      comments: (q) => q.where((c) => c.approved.eq(true)).limit(3),
    })
      .orderBy("id")
      .all();

    const [alpha] = posts;
    const author: Author | undefined = alpha?.author;
    const tags: readonly Tag[] | undefined = alpha?.tags;
    expect(author?.name).toBe("Ann");
    expect((await alpha?.author)?.name).toBe("Ann");
    expect(tags?.map((tag) => tag.name).sort()).toEqual(["blue", "red"]);
    expect(await alpha?.tags.where((t) => t.name.eq("red")).count()).toBe(1);
    expect(alpha?.comments.length).toBe(2);
    // @ts-expect-error: the list can't be changed
    expect(() => alpha?.tags.push(tags?.[0])).toThrow();
  });

  test("includes of several lists multiply nothing, and limit counts the rows of the query", async () => {
    await fillBlog();

    const posts = await Post.include({ tags: true, comments: true }).orderBy("id").limit(2).all();

    expect(posts.map((post) => [post.tags.length, post.comments.length])).toEqual([
      [2, 3],
      [0, 1],
    ]);
  });

  test("an object goes on, and a lambda holds for each parent", async () => {
    await fillBlog();
    const authors = await Author.include({
      posts: (q) =>
        q
          .orderBy((t) => t.views, "desc")
          .limit(1)
          .include({ comments: true }),
      profile: true,
    })
      .orderBy("id")
      .all();
    const deep = await Comment.include({ post: { author: { profile: true }, tags: true } }).all();

    expect(authors.map(({ posts }) => posts.map(({ title }) => title))).toEqual([
      ["Beta"],
      ["Gamma"],
    ]);
    expect(authors[0]?.posts[0]?.comments.length).toBe(1);
    expect(authors[0]?.profile).toBeNull();
    expect(deep[0]?.post.author.name).toBe("Ann");
    expect(deep[0]?.post.tags.length).toBe(2);
  });

  test("a lazy load in a loop is one statement for all rows of the result", async () => {
    await fillBlog();
    const statements = spy();

    for (const post of await Post.orderBy("id").all()) {
      expect((await post.author).email).toMatch(/@example/u);
      await post.comments.all();
    }

    expect(statements.length).toBeLessThanOrEqual(3);
  });
});
