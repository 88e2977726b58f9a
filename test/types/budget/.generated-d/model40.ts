import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M41 } from "./model41.ts";
import { M39 } from "./model39.ts";
import { M47 } from "./model47.ts";
import { M33 } from "./model33.ts";

export class M40 extends Model("M40", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft40", "published", "archived"]),
  kind: z.literal("kind40"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a40: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M41, { relatedName: "owned" }) },
  get owned() { return backRef(M39) },
  get peers() { return manyToMany(M47, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M33) },
}) {
  get label() { return this.name.toUpperCase() }
}
