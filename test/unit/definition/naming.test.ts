import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  checkIdentifier,
  checkName,
  columnName,
  foreignKeyName,
  indexName,
  joinColumnNames,
  joinTableName,
  shadowColumnName,
  tableName,
  uniqueName,
} from "../../../src/definition/naming.ts";
import { SchemaError } from "../../../src/errors/errors.ts";

describe("tableName", () => {
  test.for([
    ["User", "user"],
    ["OrgMembership", "orgmembership"],
    ["HTTPRequestLog", "httprequestlog"],
    ["Straße", "straße"],
  ])("%s is the table %s", ([model, table]) => {
    expect(tableName(String(model))).toBe(table);
  });
});

describe("columnName", () => {
  test.for([
    ["createdAt", "created_at"],
    ["HTTPCode", "http_code"],
    ["getHTTPResponse", "get_http_response"],
    ["URL", "url"],
    ["userID", "user_id"],
    ["created_at", "created_at"],
    ["CREATED_AT", "created_at"],
    ["Mixed_Case", "mixed_case"],
    ["address2", "address2"],
    ["address2Line", "address2_line"],
    ["sha256Hash", "sha256_hash"],
    ["x", "x"],
    ["_private", "_private"],
    ["$ref", "$ref"],
    ["étéÉcole", "été_école"],
    ["名前", "名前"],
  ])("%s is the column %s", ([property, column]) => {
    expect(columnName(String(property), "snake_case")).toBe(column);
  });

  test("is stable: a column name names itself", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,30}$/), (property) => {
        const column = columnName(property, "snake_case");

        expect(columnName(column, "snake_case")).toBe(column);
      }),
    );
  });

  test("stays as written with verbatim naming", () => {
    expect(columnName("camelCase", "preserve")).toBe("camelCase");
  });
});

describe("relations", () => {
  test("a foreign key's column is its column name with _id", () => {
    expect(shadowColumnName("author", "snake_case")).toBe("author_id");
    expect(shadowColumnName("createdBy", "snake_case")).toBe("created_by_id");
    expect(shadowColumnName("createdBy", "preserve")).toBe("createdBy_id");
  });

  test("a join table is the source's name and the field's column name", () => {
    expect(joinTableName("Student", "courses", "snake_case")).toBe("student_courses");
    expect(joinTableName("BlogPost", "relatedTags", "snake_case")).toBe("blogpost_related_tags");
    expect(joinTableName("BlogPost", "relatedTags", "preserve")).toBe("blogpost_relatedTags");
  });

  test("join columns are the models' names with _id", () => {
    const student = { name: "Student", primaryKey: [{ column: "id" }] };
    const course = { name: "Course", primaryKey: [{ column: "code" }] };
    expect(joinColumnNames(student, course, "courses", "snake_case")).toEqual({
      source: ["student_id"],
      target: ["course_id"],
    });
  });

  test("a model linked to itself has two columns", () => {
    expect(joinTableName("Follower", "following", "snake_case")).toBe("follower_following");
    const follower = { name: "Follower", primaryKey: [{ column: "id" }] };
    expect(joinColumnNames(follower, follower, "following", "snake_case")).toEqual({
      source: ["follower_id"],
      target: ["following_id"],
    });
  });

  test("a composite key has a join column for each of its columns", () => {
    const seat = { name: "BoxSeat", primaryKey: [{ column: "row" }, { column: "seat_no" }] };
    const guest = { name: "Guest", primaryKey: [{ column: "id" }] };
    expect(joinColumnNames(seat, guest, "guests", "snake_case")).toEqual({
      source: ["boxseat_row", "boxseat_seat_no"],
      target: ["guest_id"],
    });
    expect(joinColumnNames(seat, seat, "nextTo", "snake_case")).toEqual({
      source: ["boxseat_row", "boxseat_seat_no"],
      target: ["next_to_row", "next_to_seat_no"],
    });
  });
});

describe("index, unique, check and foreign key names", () => {
  test("hold the table and the columns", () => {
    expect(indexName("org", ["name"])).toBe("idx_org_name");
    expect(indexName("project", ["org_id", "name"])).toBe("idx_project_org_id_name");
    expect(uniqueName("member", ["email"])).toBe("uq_member_email");
    expect(uniqueName("orgmembership", ["user_id", "org_id"])).toBe(
      "uq_orgmembership_user_id_org_id",
    );
    expect(checkName("dbtypes", "e_check")).toBe("ck_dbtypes_e_check");
    expect(foreignKeyName("member", ["org_id"], "org")).toBe("fk_member_org_id_org");
  });

  test("are cut as upstream cuts them", () => {
    const index = indexName("verylongcompositeindexmodelnamefortruncation", [
      "very_long_column_name_alpha_for_idx_truncation_test",
      "very_long_column_name_beta_for_idx_truncation_test",
    ]);
    const unique = uniqueName("verylongcompositeuniquemodelnameforindextruncationtest", [
      "very_long_column_name_alpha_for_composite_unique_test",
      "very_long_column_name_beta_for_composite_unique_test",
    ]);

    expect(index).toBe("idx_verylongcompositeindexmodelnamefortruncation_very_long__idx");
    expect(unique).toBe("uq_verylongcompositeuniquemodelnameforindextruncationtest_ve_uq");
  });

  test("keep 63 characters whole and cut at 64", () => {
    expect(uniqueName("t".repeat(30), ["c".repeat(29)])).toHaveLength(63);
    expect(uniqueName("t".repeat(30), ["c".repeat(29)])).not.toMatch(/_uq$/);
    expect(uniqueName("t".repeat(30), ["c".repeat(30)])).toMatch(/_uq$/);
  });

  test("a long index on one column is cut where PostgreSQL would have cut upstream's", () => {
    expect(indexName("t".repeat(40), ["c".repeat(40)])).toBe(
      `idx_${"t".repeat(40)}_${"c".repeat(18)}`,
    );
    expect(indexName("t", ["é".repeat(40)])).toBe(`idx_t_${"é".repeat(28)}`);
  });

  test("never exceed 63 bytes, nor split a character", () => {
    const name = fc.string({ minLength: 1, maxLength: 40, unit: "grapheme" });

    fc.assert(
      fc.property(name, fc.array(name, { minLength: 1, maxLength: 4 }), (table, columns) => {
        const names = [
          indexName(table, columns),
          uniqueName(table, columns),
          checkName(table, columns[0] ?? ""),
          foreignKeyName(table, columns, table),
        ];
        for (const each of names) {
          expect(Buffer.byteLength(each)).toBeLessThanOrEqual(63);
          expect(each.isWellFormed()).toBe(true);
        }
      }),
    );
  });
});

describe("checkIdentifier", () => {
  test.for([
    ["", "is empty"],
    ["a\0b", "contains a NUL character"],
    ["\ud800", "contains half of a surrogate pair"],
    ["x".repeat(64), "takes 64 bytes, over the limit of 63"],
    ["é".repeat(32), "takes 64 bytes, over the limit of 63"],
  ])("refuses %j", ([name, problem]) => {
    expect(() => checkIdentifier(String(name), "the table of Post")).toThrow(
      new SchemaError(`the table of Post has a name that ${problem}`, {
        hint: "give it another name with the option `table`; PostgreSQL keeps 63 bytes of one",
      }),
    );
  });

  test.for(["user", 'a"b', "ö".repeat(31), "x".repeat(63), "select", " "])("takes %j", (name) => {
    expect(() => checkIdentifier(name, "the column of Post.x")).not.toThrow();
  });
});
