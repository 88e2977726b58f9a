/** The models of GOLDEN section 4, one function for each: their names repeat. */
import { z } from "zod";
import {
  backRef,
  bytes,
  decimal,
  field,
  foreignKey,
  id,
  json,
  Model,
  manyToMany,
} from "../../src/index.ts";

type Models = readonly (abstract new (...input: never[]) => object)[];

const color = ["red", "blue"] as const;
const prio = [z.literal(1), z.literal(2)] as const;

export function orgMemberProject(): Models {
  class Org extends Model("Org", {
    id: id(),
    name: field(z.string(), { index: true }),
    slug: field(z.string(), { unique: true }),
    get members() {
      return backRef(Member);
    },
    get projects() {
      return backRef(Project);
    },
  }) {}
  class Member extends Model("Member", {
    id: id(),
    email: field(z.string(), { unique: true }),
    get org() {
      return foreignKey(Org, { relatedName: "members", index: true });
    },
  }) {}
  class Project extends Model(
    "Project",
    {
      id: id(),
      name: z.string(),
      get org() {
        return foreignKey(Org, { relatedName: "projects", index: true });
      },
    },
    { indexes: [["orgId", "name"]] },
  ) {}
  return [Org, Member, Project];
}

export function quickstart(): Models {
  class Author extends Model("Author", {
    id: id(),
    name: z.string(),
    email: field(z.string(), { unique: true }),
    get posts() {
      return backRef(Post);
    },
  }) {}
  class Post extends Model("Post", {
    id: id(),
    title: z.string(),
    body: z.string(),
    published: z.boolean().default(false),
    createdAt: z.date().default(() => new Date()),
    get author() {
      return foreignKey(Author, { relatedName: "posts" });
    },
  }) {}
  return [Author, Post];
}

export function allTypes(): Models {
  class AllTypes extends Model("AllTypes", {
    id: id(),
    i: z.int(),
    s: z.string(),
    b: z.boolean(),
    f: z.number(),
    dt: z.date(),
    d: z.iso.date(),
    t: z.iso.time(),
    u: z.uuid(),
    dec: decimal(),
    by: bytes(),
    dic: json(z.record(z.string(), z.unknown())),
    lst: json(z.array(z.unknown())),
    e_str: z.enum(color),
    e_plain: z.enum(color),
    e_int: z.union(prio),
    s_default: z.string().default("x"),
    b_default: z.boolean().default(true),
    i_default: z.int().default(5),
  }) {}
  return [AllTypes];
}

export function allTypesNullable(): Models {
  class AllTypesNull extends Model("AllTypesNull", {
    id: id(),
    i: z.int().nullable(),
    s: z.string().nullable(),
    b: z.boolean().nullable(),
    f: z.number().nullable(),
    dt: z.date().nullable(),
    d: z.iso.date().nullable(),
    t: z.iso.time().nullable(),
    u: z.uuid().nullable(),
    dec: decimal().nullable(),
    by: bytes().nullable(),
    dic: json(z.record(z.string(), z.unknown())).nullable(),
    lst: json(z.array(z.unknown())).nullable(),
    e_str: z.enum(color).nullable(),
    e_int: z.union(prio).nullable(),
  }) {}
  return [AllTypesNull];
}

export function dbTypes(): Models {
  class DbTypes extends Model("DbTypes", {
    id: id(),
    t_text: field(z.string(), { dbType: "text" }),
    t_varchar: field(z.string(), { dbType: "varchar(255)" }),
    t_smallint: field(z.int(), { dbType: "smallint" }),
    t_int: field(z.int(), { dbType: "int" }),
    t_bigint: field(z.int(), { dbType: "bigint" }),
    t_uuid: field(z.uuid(), { dbType: "uuid" }),
    t_uuid_text: field(z.uuid(), { dbType: "text" }),
    t_timestamp: field(z.date(), { dbType: "timestamp" }),
    t_timestamptz: field(z.date(), { dbType: "timestamptz" }),
    t_date: field(z.iso.date(), { dbType: "date" }),
    t_time: field(z.iso.time(), { dbType: "time" }),
    e_text: field(z.enum(color), { dbType: "text" }),
    e_check: field(z.enum(color), { dbType: "text", dbCheck: true }),
    p_check: field(z.union(prio), { dbType: "smallint", dbCheck: true }),
  }) {}
  return [DbTypes];
}

export function nullability(): Models {
  class Nul extends Model("Nul", {
    id: id(),
    a: field(z.int().nullable(), { nullable: false }),
    b: field(z.int().default(0), { nullable: true }),
    c: z.int().nullable().default(0),
    d: z.int().default(0),
    e: z.date().default(() => new Date()),
  }) {}
  return [Nul];
}

export function uniqueAndIndex(): Models {
  class Acct extends Model("Acct", {
    id: id(),
    email: field(z.string(), { unique: true, index: true }),
  }) {}
  return [Acct];
}

export function oneToOne(): Models {
  class User extends Model("User", {
    id: id(),
    username: z.string(),
    get profile() {
      return backRef(Profile);
    },
  }) {}
  class Profile extends Model("Profile", {
    id: id(),
    bio: z.string(),
    get user() {
      return foreignKey(User, { relatedName: "profile", unique: true });
    },
  }) {}
  return [User, Profile];
}

export function links(): Models {
  class Student extends Model("Student", {
    id: id(),
    name: z.string(),
    get courses() {
      return manyToMany(Course, { relatedName: "students" });
    },
  }) {}
  class Course extends Model("Course", {
    id: id(),
    title: z.string(),
    get students() {
      return backRef(Student);
    },
  }) {}
  return [Student, Course];
}

export function linksThrough(): Models {
  class Team extends Model("Team", {
    id: field(z.uuid(), { primaryKey: true }),
    get people() {
      return manyToMany(Person, {
        relatedName: "teams",
        through: "team_members",
        reverseIndex: false,
      });
    },
  }) {}
  class Person extends Model("Person", {
    slug: field(z.string(), { primaryKey: true }),
    get teams() {
      return backRef(Team);
    },
  }) {}
  return [Team, Person];
}

export function linksToSelf(): Models {
  class Follower extends Model("Follower", {
    id: id(),
    get following() {
      return manyToMany(Follower, { relatedName: "followers" });
    },
    get followers() {
      return backRef(Follower);
    },
  }) {}
  return [Follower];
}

export function selfReference(): Models {
  class Employee extends Model("Employee", {
    id: id(),
    name: z.string(),
    get manager() {
      return foreignKey(Employee, { relatedName: "reports", nullable: true });
    },
    get reports() {
      return backRef(Employee);
    },
  }) {}
  return [Employee];
}

export function onDelete(): Models {
  class Parent extends Model("Parent", {
    id: id(),
    get c1s() {
      return backRef(C1);
    },
    get c2s() {
      return backRef(C2);
    },
    get c3s() {
      return backRef(C3);
    },
    get c4s() {
      return backRef(C4);
    },
    get c5s() {
      return backRef(C5);
    },
    get c6s() {
      return backRef(C6);
    },
  }) {}
  class C1 extends Model("C1", {
    id: id(),
    get parent() {
      return foreignKey(Parent, { relatedName: "c1s" });
    },
  }) {}
  class C2 extends Model("C2", {
    id: id(),
    get parent() {
      return foreignKey(Parent, { relatedName: "c2s", onDelete: "RESTRICT" });
    },
  }) {}
  class C3 extends Model("C3", {
    id: id(),
    get parent() {
      return foreignKey(Parent, { relatedName: "c3s", onDelete: "SET NULL" });
    },
  }) {}
  class C4 extends Model("C4", {
    id: id(),
    get parent() {
      return foreignKey(Parent, { relatedName: "c4s", onDelete: "SET DEFAULT" });
    },
  }) {}
  class C5 extends Model("C5", {
    id: id(),
    get parent() {
      return foreignKey(Parent, { relatedName: "c5s", onDelete: "NO ACTION" });
    },
  }) {}
  class C6 extends Model("C6", {
    id: id(),
    get parent() {
      return foreignKey(Parent, { relatedName: "c6s", nullable: true });
    },
  }) {}
  return [C1, C2, C3, C4, C5, C6, Parent];
}

export function uuidForeignKey(): Models {
  class UParent extends Model("UParent", {
    id: field(z.uuid(), { primaryKey: true }),
    get children() {
      return backRef(UChild);
    },
  }) {}
  class UChild extends Model("UChild", {
    id: field(z.uuid(), { primaryKey: true }),
    get parent() {
      return foreignKey(UParent, { relatedName: "children" });
    },
  }) {}
  return [UParent, UChild];
}

export function otherKey(): Models {
  class Country extends Model("Country", {
    code: field(z.string(), { primaryKey: true }),
    get cities() {
      return backRef(City);
    },
  }) {}
  class City extends Model("City", {
    id: id(),
    get country() {
      return foreignKey(Country, { relatedName: "cities" });
    },
  }) {}
  return [City, Country];
}

export function composites(): Models {
  class OrgMembership extends Model(
    "OrgMembership",
    { id: id(), userId: z.uuid(), orgId: z.uuid(), createdAt: z.date() },
    {
      uniques: [["userId", "orgId"]],
      indexes: [
        ["orgId", "userId"],
        ["userId", "createdAt"],
      ],
    },
  ) {}
  return [OrgMembership];
}

export function longNames(): Models {
  class Index extends Model(
    "VeryLongCompositeIndexModelNameForTruncation",
    {
      id: id(),
      very_long_column_name_alpha_for_idx_truncation_test: z.int(),
      very_long_column_name_beta_for_idx_truncation_test: z.int(),
    },
    {
      indexes: [
        [
          "very_long_column_name_alpha_for_idx_truncation_test",
          "very_long_column_name_beta_for_idx_truncation_test",
        ],
      ],
    },
  ) {}
  class Unique extends Model(
    "VeryLongCompositeUniqueModelNameForIndexTruncationTest",
    {
      id: id(),
      very_long_column_name_alpha_for_composite_unique_test: z.int(),
      very_long_column_name_beta_for_composite_unique_test: z.int(),
    },
    {
      uniques: [
        [
          "very_long_column_name_alpha_for_composite_unique_test",
          "very_long_column_name_beta_for_composite_unique_test",
        ],
      ],
    },
  ) {}
  return [Index, Unique];
}

export function letterCase(): Models {
  class HTTPRequestLog extends Model("HTTPRequestLog", {
    id: id(),
    camelCase: field(z.string(), { index: true, column: "camelCase" }),
  }) {}
  return [HTTPRequestLog];
}

export function validation(): Models {
  class Product extends Model("Product", {
    sku: field(z.string(), { primaryKey: true }),
    name: z.string().max(200),
    price: decimal(),
    code: z
      .string()
      .regex(/^[A-Z]+$/)
      .nullable(),
    stock: z.int().default(0),
    createdDate: z.iso.date().default(() => new Date().toISOString().slice(0, 10)),
    metadataJson: json(z.record(z.string(), z.unknown())).nullable(),
  }) {}
  return [Product];
}

export function shadow(): Models {
  class ShadowUser extends Model("ShadowUser", {
    id: id(),
    name: z.string().nullable(),
    age: field(z.int(), { nullable: true }),
  }) {}
  return [ShadowUser];
}

export function primaryKeys(): Models {
  class NoPk extends Model("NoPk", { n: z.string() }) {}
  class PkBig extends Model("PkBig", {
    id: field(z.int(), { primaryKey: true, dbType: "bigint" }),
    n: z.string(),
  }) {}
  class PkIntManual extends Model("PkIntManual", {
    id: field(z.int(), { primaryKey: true, autoincrement: false }),
    n: z.string(),
  }) {}
  class PkIntReq extends Model("PkIntReq", { id: id(), n: z.string() }) {}
  class PkStr extends Model("PkStr", {
    code: field(z.string(), { primaryKey: true }),
    n: z.string(),
  }) {}
  class PkUuid extends Model("PkUuid", {
    id: field(z.uuid(), { primaryKey: true }),
    n: z.string(),
  }) {}
  class PkUuidOpt extends Model("PkUuidOpt", {
    id: field(z.uuid(), { primaryKey: true }),
    n: z.string(),
  }) {}
  return [NoPk, PkBig, PkIntManual, PkIntReq, PkStr, PkUuid, PkUuidOpt];
}
