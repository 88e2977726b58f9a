/** The models of GOLDEN section 4 that stand alone, one function for each: their names repeat. */
import { z } from "zod";
import { bytes, decimal, field, id, json, Model } from "../../src/index.ts";

type Models = readonly (abstract new (...input: never[]) => object)[];

const color = ["red", "blue"] as const;
const prio = [z.literal(1), z.literal(2)] as const;

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
