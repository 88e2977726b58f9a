/** Models that the type tests share. */
import { z } from "zod";
import {
  array,
  backRef,
  bigintId,
  bytes,
  decimal,
  field,
  foreignKey,
  id,
  json,
  Model,
  manyToMany,
  namedEnum,
  uuidId,
} from "./model.ts";

const timestamps = {
  createdAt: z.date().default(() => new Date()),
  updatedAt: z.date().nullable().default(null),
};

export class Author extends Model("Author", {
  id: id(),
  name: z.string(),
  email: field(z.email(), { unique: true }),
  bio: z.string().nullable(),
  ...timestamps,
  get posts() {
    return backRef(Post);
  },
  get reviews() {
    return backRef(Post);
  },
  get profile() {
    return backRef(Profile);
  },
  get memberships() {
    return backRef(Membership);
  },
}) {
  get shout(): string {
    return this.name.toUpperCase();
  }
}

export class Post extends Model("Post", {
  id: id(),
  title: z.string().min(1),
  views: z.int().default(0),
  published: z.boolean().default(false),
  status: z.enum(["draft", "live"]).default("draft"),
  get author() {
    return foreignKey(Author, { relatedName: "posts" });
  },
  get reviewer() {
    return foreignKey(Author, { relatedName: "reviews", nullable: true });
  },
  get tags() {
    return manyToMany(Tag, { relatedName: "posts" });
  },
}) {
  isLong(): boolean {
    return this.title.length > 80;
  }
}

export class Tag extends Model("Tag", {
  id: id(),
  name: z.string(),
  get posts() {
    return backRef(Post);
  },
}) {}

export class Profile extends Model("Profile", {
  id: id(),
  bio: z.string().nullable(),
  get user() {
    return foreignKey(Author, { relatedName: "profile", unique: true });
  },
}) {}

export class Employee extends Model("Employee", {
  id: uuidId(),
  name: z.string(),
  get manager() {
    return foreignKey(Employee, { relatedName: "reports", onDelete: "SET NULL" });
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

/** A class with a private part, as the program's side of a codec. */
export class Money {
  readonly #cents: number;
  constructor(cents: number) {
    this.#cents = cents;
  }
  cents(): number {
    return this.#cents;
  }
}

const instant = z.codec(z.string(), z.date(), {
  decode: (text) => new Date(text),
  encode: (date) => date.toISOString(),
});

const money = z.codec(z.int(), z.instanceof(Money), {
  decode: (cents) => new Money(cents),
  encode: (value) => value.cents(),
});

/** One column of every kind. */
export class Sample extends Model("Sample", {
  id: bigintId(),
  text: z.string(),
  nullable: z.string().nullable(),
  optional: z.string().optional(),
  nullish: z.string().nullish(),
  defaulted: z.int().default(1),
  int: z.int(),
  float: z.number(),
  bool: z.boolean(),
  big: z.bigint(),
  price: decimal(10, 2),
  discount: decimal(10, 2).nullable(),
  blob: bytes(),
  uuid: z.uuid(),
  instant: z.date(),
  day: z.iso.date(),
  time: z.iso.time(),
  iso: z.iso.datetime(),
  choice: z.enum(["a", "b"]),
  literal: z.literal("only"),
  named: namedEnum("sample_kind", ["x", "y"]),
  labels: array(z.string()),
  meta: json(z.object({ city: z.string(), zip: z.string().default("0") })),
  address: z.object({ city: z.string() }).nullable(),
  anything: json(z.unknown()),
  when: instant,
  whenever: instant.nullable(),
  cost: money,
  serverTime: field(z.date(), { dbDefault: "now()" }),
  area: field(z.number(), { generatedAs: "int * float" }),
  maybe: field(z.string(), { nullable: true }),
  short: field(z.string(), { dbType: "varchar(20)", column: "brief", comment: "kept short" }),
}) {}

/** Two columns are the key. */
export class Membership extends Model(
  "Membership",
  {
    orgId: z.int(),
    role: z.string(),
    get member() {
      return foreignKey(Author, { relatedName: "memberships" });
    },
  },
  { primaryKey: ["orgId", "memberId"], uniques: [["orgId", "role"]], table: "memberships" },
) {}
