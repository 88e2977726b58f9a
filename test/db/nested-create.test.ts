import { beforeEach, expect, test } from "vitest";
import { z } from "zod";
import {
  backRef,
  connect,
  engines,
  field,
  foreignKey,
  id,
  Model,
  transaction,
  UniqueViolationError,
  ValidationError,
} from "../../src/index.ts";
import { describeEachDatabase } from "../support/databases.ts";
import { useDatabase } from "../support/use-database.ts";
import { Author, Employee, Post, Profile, Tag } from "./models.ts";

class Thread extends Model("NestedThread", {
  id: id(),
  title: z.string().min(1),
  get comments() {
    return backRef(Comment);
  },
  get shown() {
    return backRef(Comment, { relatedName: "comments", where: (t) => t.hidden.eq(false) });
  },
  get pinned() {
    return backRef(Comment);
  },
}) {}

const events: string[] = [];

class Comment extends Model("NestedComment", {
  id: id(),
  body: z.string().trim().min(2),
  hidden: z.boolean().default(false),
  token: field(
    z.string().default(() => crypto.randomUUID()),
    { unique: true },
  ),
  get thread() {
    return foreignKey(Thread, { relatedName: "comments" });
  },
  get pinnedTo() {
    return foreignKey(Thread, { relatedName: "pinned", nullable: true, onDelete: "SET NULL" });
  },
}) {
  override async afterCreate(): Promise<void> {
    events.push(`created ${this.body} in ${this.threadId}`);
  }
  override async afterCommit(): Promise<void> {
    events.push(`committed ${this.body}`);
  }
}

const ann = { name: "Ann", email: "ann@example.com" };

describeEachDatabase("create with rows around the row", (db) => {
  const database = useDatabase(db, [Comment, Thread]);

  beforeEach(() => {
    events.length = 0;
  });

  test("makes parents, the row, children and links, and gives them loaded", async () => {
    const old = await Tag.create({ name: "old" });

    const post = await Post.create({
      title: "t",
      author: { ...ann, profile: { website: "https://ann.example.com" } },
      reviewer: { name: "Bob", email: "bob@example.com" },
      tags: [{ name: "new" }, old],
    });

    const statements = database.spy();
    expect(post.author.name).toBe("Ann");
    expect(post.authorId).toBe(post.author.id);
    expect(post.reviewer?.name).toBe("Bob");
    expect(post.tags.map(({ name }) => name)).toEqual(["new", "old"]);
    expect(post.tags[1]).toBe(old);
    expect(await post.author.profile).toMatchObject({ website: "https://ann.example.com" });
    expect(JSON.parse(JSON.stringify(post)).tags).toHaveLength(2);
    expect(statements()).toEqual([]);

    const found = await Post.include({
      author: { profile: true },
      reviewer: true,
      tags: true,
    }).one();
    expect(found.author.profile?.website).toBe("https://ann.example.com");
    expect(found.reviewer?.email).toBe("bob@example.com");
    expect(found.tags.map(({ name }) => name).sort()).toEqual(["new", "old"]);
  });

  test("goes to any depth, through models that point to themselves", async () => {
    const boss = await Employee.create({
      name: "boss",
      reports: [
        { name: "a", reports: [{ name: "a1" }, { name: "a2", friends: [{ name: "f" }] }] },
        { name: "b" },
      ],
      friends: [{ name: "g", manager: { name: "h" } }],
    });

    const rows = await Employee.include({ manager: true, friends: true }).orderBy("name").all();
    expect(boss.reports.map(({ name }) => name)).toEqual(["a", "b"]);
    expect(
      rows.map((row) => [row.name, row.manager?.name ?? null, row.friends.map((f) => f.name)]),
    ).toEqual([
      ["a", "boss", []],
      ["a1", "a", []],
      ["a2", "a", ["f"]],
      ["b", "boss", []],
      ["boss", null, ["g"]],
      ["f", null, []],
      ["g", "h", []],
      ["h", null, []],
    ]);
  });

  test("an empty list and null are loaded too", async () => {
    const author = await Author.create({ ...ann, posts: [], profile: null });
    const post = await Post.create({ title: "t", author, reviewer: null, tags: [] });
    const statements = database.spy();

    expect([...author.posts]).toEqual([]);
    expect(author.profile).toBeNull();
    expect(post.author).toBe(author);
    expect(post.reviewer).toBeNull();
    expect([...post.tags]).toEqual([]);
    expect(statements()).toEqual([]);
  });

  test("links the same row once", async () => {
    const tag = await Tag.create({ name: "x" });

    const post = await Post.create({ title: "t", author: ann, tags: [tag, tag] });

    expect(post.tags).toHaveLength(1);
    expect(await post.tags.count()).toBe(1);
  });

  test("works over relations, whose loaded lists take the row up", async () => {
    const author = await Author.create({ ...ann, posts: [] });
    const post = await author.posts.create({ title: "t", tags: [{ name: "x" }] });
    const other = await post.tags[0]?.posts.create({
      title: "u",
      author: { name: "B", email: "b@b.de" },
    });

    expect(author.posts.map(({ title }) => title)).toEqual(["t"]);
    expect(post.tags[0]?.name).toBe("x");
    expect(other?.author.name).toBe("B");
    expect(await post.tags[0]?.posts.count()).toBe(2);
  });

  test("sends nothing when any level is invalid, and lists every issue by its path", async () => {
    const statements = database.spy();

    const error = await Thread.create({
      title: "",
      comments: [{ body: "fine" }, { body: "x" }, { body: 1 as never, colour: "red" } as never],
    }).catch((thrown: unknown) => thrown);

    expect(error).toBeInstanceOf(ValidationError);
    const { model, issues, message } = error as ValidationError;
    expect(model).toBe("NestedThread");
    expect(issues.map(({ path }) => path.join("."))).toEqual([
      "title",
      "comments.1.body",
      "comments.2.body",
      "comments.2",
    ]);
    expect(message).toContain("comments.1.body: ");
    expect(statements()).toEqual([]);
  });

  test.for([
    [
      "a list that is none",
      { comments: { body: "fine" } },
      "comments: expected a list of NestedComment rows, received an object",
    ],
    [
      "null for a list",
      { comments: null },
      "comments: expected a list of NestedComment rows, received null",
    ],
    [
      "a value in a list",
      { comments: ["fine"] },
      "comments.0: expected NestedComment input or a NestedComment, received string",
    ],
    [
      "undefined in a list",
      { comments: [undefined] },
      "comments.0: expected NestedComment input or a NestedComment, received undefined",
    ],
    [
      "a foreign key that is known",
      { comments: [{ body: "fine", threadId: 3 }] },
      "comments.0.threadId: is the row that this one is made with; leave it out",
    ],
    [
      "a view",
      { shown: [{ body: "fine" }] },
      "shown: is a view of some rows; give them for comments",
    ],
    [
      "a row without a row",
      { pinned: [new Comment({ body: "fine", threadId: 1 })] },
      "pinned.0: is a NestedComment without a row; save it first, or give its values",
    ],
    [
      "another model's row",
      { comments: [new Thread({ title: "t" })] },
      "comments.0: expected NestedComment input or a NestedComment, received a NestedThread",
    ],
  ] as const)("%s is refused before any SQL", async ([, given, message]) => {
    const statements = database.spy();

    await expect(Thread.create({ title: "t", ...given } as never)).rejects.toThrow(message);
    expect(statements()).toEqual([]);
  });

  test("input that contains itself is refused", async () => {
    const input: { name: string; reports: unknown[] } = { name: "a", reports: [] };
    input.reports.push(input);

    await expect(Employee.create(input as never)).rejects.toThrow("reports.0: contains itself");
  });

  test("a row that is there is taken when it points nowhere, and never from another", async () => {
    const first = await Thread.create({
      title: "first",
      comments: [{ body: "c1" }, { body: "c2" }],
    });
    const [free, other] = first.comments as readonly Comment[];

    const second = await Thread.create({ title: "second", pinned: [free as Comment] });

    expect(second.pinned[0]).toBe(free);
    expect(await Comment.get(free?.id as number)).toMatchObject({
      threadId: first.id,
      pinnedToId: second.id,
    });
    await expect(Thread.create({ title: "third", pinned: [free as Comment] })).rejects.toThrow(
      "pinned.0: belongs to another NestedThread; to move it, set its pinnedToId and save it",
    );
    await expect(Thread.create({ title: "third", comments: [other as never] })).rejects.toThrow(
      "to move it, set its threadId and save it",
    );
    expect(await Thread.count()).toBe(2);
    expect(await first.comments.count()).toBe(2);
  });

  test("is one transaction: what fails leaves nothing", async () => {
    await Comment.create({ body: "there", token: "taken", thread: { title: "t" } });

    await expect(
      Thread.create({ title: "u", comments: [{ body: "fine" }, { body: "not", token: "taken" }] }),
    ).rejects.toThrow(UniqueViolationError);

    expect(await Thread.count()).toBe(1);
    expect(await Comment.count()).toBe(1);
    expect(events.filter((event) => event.startsWith("committed"))).toEqual(["committed there"]);
  });

  test("a failure inside a transaction undoes only the call", async () => {
    await Comment.create({ body: "there", token: "taken", thread: { title: "t" } });

    await transaction(async () => {
      await Thread.create({ title: "kept" });
      await expect(
        Thread.create({ title: "u", comments: [{ body: "not", token: "taken" }] }),
      ).rejects.toThrow(UniqueViolationError);
    });

    const titles = await Thread.orderBy("title").all();
    expect(titles.map(({ title }) => title)).toEqual(["kept", "t"]);
  });

  test("runs hooks of every row, with the key of the one it points to", async () => {
    const thread = await Thread.create({ title: "t", comments: [{ body: "c1" }, { body: "c2" }] });

    expect(events).toEqual([
      `created c1 in ${thread.id}`,
      `created c2 in ${thread.id}`,
      "committed c1",
      "committed c2",
    ]);
  });

  test("goes where it is sent: a named connection, a session, an identity map", async () => {
    await using connection = await connect(db.url, {
      name: `nested${db.name.replaceAll(/[^a-z]/g, "")}`,
      default: false,
      autoMigrate: true,
    });
    const post = await Post.using(connection.name).create({
      title: "t",
      author: ann,
      tags: [{ name: "x" }],
    });
    const other = await Author.create(
      { name: "B", email: "b@b.de", profile: {} },
      { using: connection.name },
    );
    await engines.session(connection.name, async () => {
      const thread = await Thread.create({ title: "t", comments: [{ body: "c1" }] });

      expect(await Thread.get(thread.id)).toBe(thread);
      expect(await Comment.get(thread.comments[0]?.id as number)).toBe(thread.comments[0]);
    });

    expect(await Post.using(connection.name).include({ tags: true }).get(post.id)).toMatchObject({
      tags: [{ name: "x" }],
    });
    expect(await Profile.using(connection.name).where({ userId: other.id }).count()).toBe(1);
    expect(await post.author.posts.count()).toBe(1);
    await using elsewhere = await connect(db.url, { name: `${connection.name}b`, default: false });
    await expect(
      Post.using(elsewhere.name).create({ title: "t", author: ann, tags: [post.tags[0] as Tag] }),
    ).rejects.toThrow(`tags.0: is of the connection "${connection.name}"`);
  });
});
