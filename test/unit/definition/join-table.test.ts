import { describe, expect, test } from "vitest";
import { toSchemaIr } from "../../../src/definition/to-schema-ir.ts";
import type { TableIr } from "../../../src/ir/schema.ts";
import { column, id, integer, link, linkMany, model, type TestModel, text } from "./models.ts";

function tables(...models: readonly TestModel[]): readonly TableIr[] {
  return toSchemaIr(models).ir.payload.tables;
}

describe("many-to-many", () => {
  test("makes one join table for both sides", () => {
    const student = model("Student", [id()]);
    const course = model("Course", [id()]);
    linkMany(student, "courses", course, "students");

    expect(tables(course, student)[2]).toEqual({
      name: "student_courses",
      model: null,
      comment: null,
      columns: ["course_id", "student_id"].map((name) => ({
        name,
        type: integer,
        nullable: false,
        autoincrement: false,
        default: null,
        generated: null,
        comment: null,
        renamedFrom: null,
      })),
      primaryKey: [],
      foreignKeys: ["course", "student"].map((side) => ({
        name: `fk_student_courses_${side}_id_${side}`,
        columns: [`${side}_id`],
        referencedTable: side,
        referencedColumns: ["id"],
        onDelete: "CASCADE",
        onUpdate: "NO ACTION",
      })),
      uniques: [
        {
          name: "uq_student_courses_student_id_course_id",
          columns: ["student_id", "course_id"],
          inline: false,
        },
      ],
      indexes: [
        {
          name: "idx_student_courses_course_id_student_id",
          columns: ["course_id", "student_id"],
        },
      ],
      checks: [],
    });
  });

  test("of a model with itself has two columns", () => {
    const follower = model("Follower", [id()]);
    linkMany(follower, "following", follower, "followers");

    expect(tables(follower)[1]).toMatchObject({
      name: "follower_following",
      columns: [{ name: "follower_id" }, { name: "following_id" }],
    });
  });

  test("has a column for each part of a composite key", () => {
    const part = (name: string, type: typeof text | typeof integer) =>
      column(name, type, { primaryKey: true });
    const seat = model("BoxSeat", [part("row", integer), part("letter", text)]);
    const guest = model("Guest", [id()]);
    linkMany(seat, "guests", guest, "seats");

    const join = tables(seat, guest).find(({ name }) => name === "boxseat_guests");
    expect(join).toMatchObject({
      columns: [
        { name: "boxseat_letter", type: text, nullable: false },
        { name: "boxseat_row", type: integer, nullable: false },
        { name: "guest_id", type: integer, nullable: false },
      ],
      foreignKeys: [
        {
          name: "fk_boxseat_guests_boxseat_row_boxseat_letter_boxseat",
          columns: ["boxseat_row", "boxseat_letter"],
          referencedTable: "boxseat",
          referencedColumns: ["row", "letter"],
          onDelete: "CASCADE",
        },
        { columns: ["guest_id"], referencedTable: "guest", referencedColumns: ["id"] },
      ],
      uniques: [
        {
          name: "uq_boxseat_guests_boxseat_row_boxseat_letter_guest_id",
          columns: ["boxseat_row", "boxseat_letter", "guest_id"],
        },
      ],
      indexes: [
        {
          name: "idx_boxseat_guests_guest_id_boxseat_row_boxseat_letter",
          columns: ["guest_id", "boxseat_row", "boxseat_letter"],
        },
      ],
    });
  });

  test("leaves the reverse index out when told to, and takes the table's name from through", () => {
    const team = model("Team", [column("id", { kind: "uuid" }, { primaryKey: true })]);
    const person = model("Person", [column("slug", text, { primaryKey: true })]);
    linkMany(team, "people", person, "teams", { table: "team_members", reverseIndex: false });

    expect(tables(person, team)[2]).toMatchObject({
      name: "team_members",
      columns: [
        { name: "person_id", type: text },
        { name: "team_id", type: { kind: "uuid" } },
      ],
      foreignKeys: [{ referencedColumns: ["slug"] }, { referencedColumns: ["id"] }],
      indexes: [],
    });
  });

  test("through a model makes no other table, but the model needs the columns", () => {
    const student = model("Student", [id()]);
    const course = model("Course", [id()]);
    linkMany(student, "courses", course, "students", { table: "enrolment" });
    const enrolment = model("Enrolment", [id(), column("grade", integer)]);
    link(enrolment, "student", student);

    expect(() => toSchemaIr([student, course, enrolment])).toThrow(
      /Student\.courses links through the table of Enrolment, which lacks "course_id"/,
    );

    link(enrolment, "course", course);
    expect(tables(student, course, enrolment).map(({ name }) => name)).toEqual([
      "course",
      "enrolment",
      "student",
    ]);
  });

  test("refuses two links on one table", () => {
    const a = model("A", [id()]);
    const b = model("B", [id()]);
    linkMany(a, "bs", b, "as", { table: "ab" });
    linkMany(b, "others", a, "bothers", { table: "ab" });

    expect(() => toSchemaIr([a, b])).toThrow(
      /A\.bs and A\.bothers both use the join table "ab" for different links/,
    );
  });

  test("refuses two columns of one name", () => {
    const friend = model("Friend", [id()]);
    linkMany(friend, "friend", friend, "friends");

    expect(() => toSchemaIr([friend])).toThrow(
      /both sides of Friend\.friend would be the column "friend_id"/,
    );
  });

  test("refuses parts of two keys that come out as one column, and names too long for one", () => {
    const key = (...names: readonly string[]) =>
      names.map((name) => column(name, text, { primaryKey: true }));
    const box = model("Box", key("seat_row", "house"));
    const seat = model("Box_Seat", key("row", "letter"));
    linkMany(box, "seats", seat, "boxes");
    const wide = model("Wide", key("a", "b".repeat(60)));
    const other = model("Other", [id()]);
    linkMany(wide, "boxes", other, "wides");

    expect(() => toSchemaIr([box, seat])).toThrow(
      /both sides of Box\.seats would be the column "box_seat_row"/,
    );
    expect(() => toSchemaIr([wide, other])).toThrow(/a column of the join table of Wide\.boxes/);
  });
});
