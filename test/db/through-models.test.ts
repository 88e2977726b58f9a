import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import {
  backRef,
  type Connection,
  connect,
  createTables,
  foreignKey,
  id,
  Model,
  manyToMany,
} from "../../src/index.ts";
import { describeEachDatabase } from "../support/databases.ts";

class Pupil extends Model("Pupil", {
  id: id(),
  name: z.string(),
  get lessons() {
    return manyToMany(Lesson, { relatedName: "pupils", through: Attendance });
  },
  get attendances() {
    return backRef(Attendance);
  },
}) {}

class Lesson extends Model("Lesson", {
  id: id(),
  title: z.string(),
  get pupils() {
    return backRef(Pupil);
  },
  get attendances() {
    return backRef(Attendance);
  },
}) {}

/** Columns of names of its own: `who_id` and `what_id`. */
class Attendance extends Model(
  "Attendance",
  {
    id: id(),
    mark: z.int().nullable().default(null),
    get who() {
      return foreignKey(Pupil, { relatedName: "attendances" });
    },
    get what() {
      return foreignKey(Lesson, { relatedName: "attendances" });
    },
  },
  { uniques: [["whoId", "whatId"]] },
) {}

class Person extends Model("Person", {
  id: id(),
  name: z.string(),
  get follows() {
    return manyToMany(Person, { relatedName: "followers", through: Following });
  },
  get followers() {
    return backRef(Person);
  },
  get given() {
    return backRef(Following);
  },
  get taken() {
    return backRef(Following);
  },
}) {}

class Following extends Model(
  "Following",
  {
    id: id(),
    since: z.int().default(2026),
    get from() {
      return foreignKey(Person, { relatedName: "given" });
    },
    get to() {
      return foreignKey(Person, { relatedName: "taken" });
    },
  },
  { uniques: [["fromId", "toId"]] },
) {}

describeEachDatabase("links through a model", (db) => {
  let connection: Connection;

  beforeAll(async () => {
    connection = await connect(db.url, { autoMigrate: true, implicitRouting: "allow" });
  });

  afterAll(() => connection.close());

  test("are rows of that model, whatever its columns are called", async () => {
    const ann = await Pupil.create({ name: "Ann" });
    const bob = await Pupil.create({ name: "Bob" });
    const logic = await Lesson.create({ title: "Logic" });
    const music = await Lesson.create({ title: "Music" });

    await ann.lessons.add(logic, music);
    await Attendance.create({ who: bob, what: logic, mark: 1 });

    const pupils = await Pupil.include({
      lessons: (q) => q.orderBy("title"),
      attendances: { what: true },
    })
      .orderBy("name")
      .all();
    expect(pupils.map(({ lessons }) => lessons.map(({ title }) => title))).toEqual([
      ["Logic", "Music"],
      ["Logic"],
    ]);
    expect(pupils[1]?.attendances.map(({ mark, what }) => [mark, what.title])).toEqual([
      [1, "Logic"],
    ]);
    expect(await logic.pupils.count()).toBe(2);
    expect(await Pupil.where((t) => t.lessons.some((l) => l.title.eq("Music"))).count()).toBe(1);
    await ann.lessons.remove(music);
    expect(await Attendance.count()).toBe(2);
  });

  test("of a model with itself go from its first foreign key to its second", async () => {
    const ann = await Person.create({ name: "Ann" });
    const bob = await Person.create({ name: "Bob" });

    await ann.follows.add(bob);

    expect((await bob.followers.one()).name).toBe("Ann");
    expect(await bob.follows.count()).toBe(0);
    expect((await ann.given.one()).since).toBe(2026);
    expect((await Person.include({ follows: true }).get(ann.id)).follows[0]?.name).toBe("Bob");
  });

  test("make no table besides the model's own", async () => {
    await createTables();
    expect(await Following.count()).toBe(1);
  });
});
