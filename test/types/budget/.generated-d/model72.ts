import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M73 } from "./model73.ts";
import { M71 } from "./model71.ts";
import { M79 } from "./model79.ts";
import { M65 } from "./model65.ts";

export class M72 extends Model("M72", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft72", "published", "archived"]),
  kind: z.literal("kind72"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a72: z.string(), tags: z.array(z.string()) })),
  title: z.string(),
  summary: z.string().nullable(),
  nickname: z.string().optional(),
  views: z.int().default(0),
  score: z.number(),
  total: z.bigint(),
  active: z.boolean().default(true),
  avatar: bytes(),
  uuid: z.uuid(),
  createdAt: z.date().default(() => new Date()),
  updatedAt: z.date().nullable(),
  get owner() { return foreignKey(M73, { relatedName: "owned" }) },
  get owned() { return backRef(M71) },
  get peers() { return manyToMany(M79, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M65) },
}) {
  get label() { return this.name.toUpperCase() }
}
