import { beforeEach, expect, test } from "vitest";
import { z } from "zod";
import {
  backRef,
  field,
  foreignKey,
  id,
  Model,
  manyToMany,
  migrate,
  RelationError,
  ValidationError,
} from "../../src/index.ts";
import { describeEachDatabase } from "../support/databases.ts";
import { useDatabase } from "../support/use-database.ts";

class Seat extends Model(
  "LinkSeat",
  {
    row: z.int(),
    letter: field(z.string(), { column: "col" }),
    get guests() {
      return manyToMany(Guest, { relatedName: "seats" });
    },
    get shows() {
      return manyToMany(Show, { relatedName: "seats" });
    },
    get beside() {
      return manyToMany(Seat, { relatedName: "besideOf" });
    },
    get besideOf() {
      return backRef(Seat);
    },
  },
  { primaryKey: ["row", "letter"] },
) {}

class Guest extends Model("LinkGuest", {
  id: id(),
  name: z.string(),
  get seats() {
    return backRef(Seat);
  },
  get shows() {
    return manyToMany(Show, { relatedName: "guests" });
  },
}) {}

class Hall extends Model("LinkHall", {
  id: field(
    z.uuid().default(() => crypto.randomUUID()),
    { primaryKey: true },
  ),
  get shows() {
    return backRef(Show);
  },
}) {}

/** Its key holds the shadow of a foreign key, and a date. */
class Show extends Model(
  "LinkShow",
  {
    day: z.date(),
    price: z.int().default(10),
    get hall() {
      return foreignKey(Hall, { relatedName: "shows" });
    },
    get seats() {
      return backRef(Seat);
    },
    get guests() {
      return backRef(Guest);
    },
  },
  { primaryKey: ["hallId", "day"] },
) {}

class Pupil extends Model(
  "LinkPupil",
  {
    tenant: z.int(),
    no: z.int(),
    get courses() {
      return manyToMany(Course, { relatedName: "pupils", through: Enrolment });
    },
    get enrolments() {
      return backRef(Enrolment);
    },
  },
  { primaryKey: ["tenant", "no"] },
) {}

class Course extends Model(
  "LinkCourse",
  {
    tenant: z.int(),
    code: z.string(),
    get pupils() {
      return backRef(Pupil);
    },
    get enrolments() {
      return backRef(Enrolment);
    },
  },
  { primaryKey: ["tenant", "code"] },
) {}

/** Both of its foreign keys go over the tenant. */
class Enrolment extends Model(
  "LinkEnrolment",
  {
    tenant: z.int(),
    pupilNo: z.int(),
    courseCode: z.string(),
    grade: z.int().nullable().default(null),
    get pupil() {
      return foreignKey(Pupil, { relatedName: "enrolments", columns: ["tenant", "pupilNo"] });
    },
    get course() {
      return foreignKey(Course, { relatedName: "enrolments", columns: ["tenant", "courseCode"] });
    },
  },
  { primaryKey: ["tenant", "pupilNo", "courseCode"] },
) {}

const nameOf = ({ row, letter }: Seat) => `${row}${letter}`;
const namesOf = (seats: readonly Seat[]) => seats.map(nameOf).sort();

describeEachDatabase("many-to-many links of composite keys", (db) => {
  const database = useDatabase(db, [Enrolment, Course, Pupil, Show, Hall, Guest, Seat]);
  let a1: Seat;
  let b1: Seat;
  let a2: Seat;
  let b2: Seat;
  let ann: Guest;
  let bob: Guest;

  beforeEach(async () => {
    a1 = await Seat.create({ row: 1, letter: "A" });
    b1 = await Seat.create({ row: 1, letter: "B" });
    a2 = await Seat.create({ row: 2, letter: "A" });
    b2 = await Seat.create({ row: 2, letter: "B" });
    ann = await Guest.create({ name: "Ann" });
    bob = await Guest.create({ name: "Bob" });
  });

  test("are added, removed, set and cleared from the composite side", async () => {
    const names = async (seat: Seat) =>
      (await seat.guests.orderBy("name").all()).map(({ name }) => name);

    await a1.guests.add(ann, bob);
    await a1.guests.add(bob);
    await b2.guests.create({ name: "Cid" });
    expect([await names(a1), await names(b2), await names(a2)]).toEqual([
      ["Ann", "Bob"],
      ["Cid"],
      [],
    ]);
    await a1.guests.remove(ann);
    expect([await names(a1), await names(b2)]).toEqual([["Bob"], ["Cid"]]);
    await a1.guests.set([ann]);
    expect([await names(a1), await a1.guests.count()]).toEqual([["Ann"], 1]);
    await a1.guests.clear();
    expect([await a1.guests.exists(), await b2.guests.exists()]).toEqual([false, true]);
  });

  test("are added, removed, set and cleared from the side that they lead to", async () => {
    const names = async () => namesOf(await ann.seats.all());

    await ann.seats.add(a1, b2);
    await bob.seats.add(a1, b1, a2, b2);
    expect(await names()).toEqual(["1A", "2B"]);
    await bob.seats.remove(a1, b2);
    expect([namesOf(await bob.seats.all()), await names()]).toEqual([
      ["1B", "2A"],
      ["1A", "2B"],
    ]);
    await ann.seats.set([b2, a2]);
    expect(await names()).toEqual(["2A", "2B"]);
    expect(await ann.seats.where({ letter: "A" }).update({ letter: "C" }).catch(String)).toContain(
      "ForeignKeyViolationError",
    );
    await ann.seats.clear();
    expect([await names(), await bob.seats.count()]).toEqual([[], 2]);
    expect(await bob.seats.delete()).toBe(2);
    expect(await Seat.count()).toBe(2);
  });

  test("are removed however many there are", async () => {
    const seats = await Seat.bulkCreate(
      Array.from({ length: 250 }, (_, index) => ({ row: 10 + index, letter: "Z" })),
      { returning: true },
    );
    await ann.seats.add(a1, ...seats);
    const statements = database.spy();

    await ann.seats.remove(...seats);

    expect(statements().filter((sql) => sql.startsWith("delete"))).toHaveLength(3);
    expect(namesOf(await ann.seats.all())).toEqual(["1A"]);
  });

  test("join two composite keys, of which one holds a foreign key and a date", async () => {
    const hall = await Hall.create({});
    const other = await Hall.create({});
    const [first, second] = [new Date("2026-03-01T20:00Z"), new Date("2026-03-02T20:00Z")];
    const show = await Show.create({ hall, day: first });
    const late = await Show.create({ hall: other, day: second, price: 30 });
    await Show.create({ hall, day: second });

    await a1.shows.add(show, late);
    await b1.shows.add(late);
    await late.seats.add(a2);
    await ann.shows.add(show);

    expect((await a1.shows.orderBy("day").all()).map(({ day }) => day)).toEqual([first, second]);
    expect(namesOf(await late.seats.all())).toEqual(["1A", "1B", "2A"]);
    await late.seats.remove(a1, b1);
    expect(namesOf(await late.seats.all())).toEqual(["2A"]);
    expect((await show.guests.one()).name).toBe("Ann");
    await hall.delete();
    expect(await a1.shows.count()).toBe(0);
  });

  test("join a model with itself, in one direction", async () => {
    await a1.beside.add(b1, a2);
    await b1.beside.add(a1);

    expect(namesOf(await a1.beside.all())).toEqual(["1B", "2A"]);
    expect(namesOf(await a1.besideOf.all())).toEqual(["1B"]);
    await a2.besideOf.clear();
    expect(namesOf(await a1.beside.all())).toEqual(["1B"]);
  });

  test("are loaded for siblings together, and no row between two keys comes with them", async () => {
    await a1.guests.add(ann);
    await b2.guests.add(ann, bob);
    await a2.guests.add(bob);
    const seats = await Seat.where((t) =>
      t.row
        .eq(1)
        .and(t.letter.eq("A"))
        .or(t.row.eq(2).and(t.letter.eq("B"))),
    )
      .orderBy("row")
      .all();
    const statements = database.spy();

    const counts: number[] = [];
    for (const seat of seats) counts.push((await seat.guests.all()).length);

    expect(counts).toEqual([1, 2]);
    expect(statements()).toHaveLength(1);
  });

  test("are included, with limits and numbers for each parent", async () => {
    await a1.guests.add(ann, bob);
    await b2.guests.add(bob);
    await a1.beside.add(b1);
    const statements = database.spy();

    const seats = await Seat.include({
      guests: (q) =>
        q.combine({
          last: q.orderBy("name", "desc").limit(1),
          n: q.count(),
          most: q.max((t) => t.id),
        }),
      beside: { guests: true, beside: true },
    })
      .orderBy("row")
      .orderBy("letter")
      .all();
    const guests = await Guest.include({ seats: (q) => q.orderBy("row", "desc").limit(1) })
      .orderBy("name")
      .all();

    expect(statements()).toHaveLength(6 + 2);
    expect(
      seats.map(({ guests: { last, n, most } }) => [last.map(({ name }) => name), n, most]),
    ).toEqual([
      [["Bob"], 2, bob.id],
      [[], 0, null],
      [[], 0, null],
      [["Bob"], 1, bob.id],
    ]);
    expect(seats.map(({ beside }) => beside.map(nameOf))).toEqual([["1B"], [], [], []]);
    expect(seats[0]?.beside[0]?.guests).toEqual([]);
    expect(guests.map(({ seats }) => seats.map(nameOf))).toEqual([["1A"], ["2B"]]);
    expect(guests[0]?.seats[0]?.row).toBe(1);
  });

  test("stand in conditions, orders and numbers", async () => {
    await a1.guests.add(ann, bob);
    await b2.guests.add(bob);

    expect(namesOf(await Seat.where((t) => t.guests.some()).all())).toEqual(["1A", "2B"]);
    expect(namesOf(await Seat.where((t) => t.guests.none()).all())).toEqual(["1B", "2A"]);
    expect(namesOf(await Seat.where((t) => t.guests.some((g) => g.name.eq("Ann"))).all())).toEqual([
      "1A",
    ]);
    expect(namesOf(await Seat.where((t) => t.guests.every((g) => g.name.eq("Bob"))).all())).toEqual(
      ["1B", "2A", "2B"],
    );
    expect(await Guest.where((t) => t.seats.some((s) => s.letter.eq("B"))).count()).toBe(1);
    const rows = await Seat.orderBy((t) => t.guests.count(), "desc")
      .orderBy("row")
      .orderBy("letter")
      .select((t) => ({ letter: t.letter, n: t.guests.count() }))
      .all();
    expect(rows.map(({ letter, n }) => `${letter}${n}`)).toEqual(["A2", "B1", "B0", "A0"]);
  });

  test("are made together with rows on either side", async () => {
    const seat = await Seat.create({
      row: 3,
      letter: "A",
      guests: [{ name: "Dee" }, ann],
      beside: [{ row: 3, letter: "B", guests: [bob] }, a1],
    });
    const guest = await Guest.create({ name: "Eve", seats: [{ row: 4, letter: "A" }, a1] });

    expect(seat.guests.map(({ name }) => name)).toEqual(["Dee", "Ann"]);
    expect(namesOf(await Seat.where((t) => t.besideOf.some()).all())).toEqual(["1A", "3B"]);
    expect(namesOf(await guest.seats)).toEqual(["1A", "4A"]);
    expect(namesOf(await bob.seats.all())).toEqual(["3B"]);
    await expect(Guest.create({ name: "Flo", seats: [{ row: 1 } as never] })).rejects.toThrow(
      ValidationError,
    );
  });

  test("go with either side when it is deleted", async () => {
    await a1.guests.add(ann, bob);
    await b2.guests.add(ann);

    await ann.delete();
    expect([await a1.guests.count(), await b2.guests.count()]).toEqual([1, 0]);
    await a1.delete();
    expect(await bob.seats.count()).toBe(0);
  });

  test("go through a model whose foreign keys share a column", async () => {
    const [one, two] = await Pupil.bulkCreate(
      [
        { tenant: 1, no: 1 },
        { tenant: 1, no: 2 },
      ],
      { returning: true },
    );
    const [logic, music, foreign] = await Course.bulkCreate(
      [
        { tenant: 1, code: "logic" },
        { tenant: 1, code: "music" },
        { tenant: 2, code: "logic" },
      ],
      { returning: true },
    );
    const codes = async (pupil: Pupil) =>
      (await pupil.courses.orderBy("code").all()).map(({ code }) => code);
    if (!one || !two || !logic || !music || !foreign) throw new Error("rows are missing");

    await one.courses.add(logic, music);
    await one.courses.add(music);
    await Enrolment.create({ pupil: two, course: logic, grade: 3 });
    expect([await codes(one), await codes(two)]).toEqual([["logic", "music"], ["logic"]]);
    await logic.pupils.remove(two);
    await two.courses.set([music]);
    await one.courses.create({ tenant: 1, code: "art" });
    expect([await codes(one), await codes(two)]).toEqual([["art", "logic", "music"], ["music"]]);
    expect(await Enrolment.where({ courseCode: "music" }).count()).toBe(2);
    const courses = await Course.include({ pupils: true, enrolments: { pupil: true } })
      .where({ tenant: 1 })
      .orderBy("code")
      .all();
    expect(courses.map(({ pupils }) => pupils.map(({ no }) => no).sort())).toEqual([
      [1],
      [1],
      [1, 2],
    ]);

    const statements = database.spy();
    await expect(one.courses.add(logic, foreign)).rejects.toThrow(RelationError);
    await expect(one.courses.set([foreign])).rejects.toThrow(
      "LinkPupil.courses can't link a LinkCourse whose tenant is not the tenant of the LinkPupil",
    );
    expect(statements()).toEqual([]);
    await expect(
      Pupil.create({ tenant: 1, no: 9, courses: [{ tenant: 2, code: "new" }] }),
    ).rejects.toThrow(RelationError);
    expect([await Pupil.count(), await Course.where({ code: "new" }).count()]).toEqual([2, 0]);
  });

  test("what was made is what the models say", async () => {
    const { statements } = await migrate({ dryRun: true });

    expect(statements).toEqual([]);
  });
});
