import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M181 } from "./model181.ts";
import { M179 } from "./model179.ts";
import { M187 } from "./model187.ts";
import { M173 } from "./model173.ts";

export class M180 extends Model("M180", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft180", "published", "archived"]),
  kind: z.literal("kind180"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a180: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M181, { relatedName: "owned" }) },
  get owned() { return backRef(M179) },
  get peers() { return manyToMany(M187, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M173) },
}) {
  get label() { return this.name.toUpperCase() }
}
