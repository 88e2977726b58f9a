import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M109 } from "./model109.ts";
import { M107 } from "./model107.ts";
import { M115 } from "./model115.ts";
import { M101 } from "./model101.ts";

export class M108 extends Model("M108", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft108", "published", "archived"]),
  kind: z.literal("kind108"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a108: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M109, { relatedName: "owned" }) },
  get owned() { return backRef(M107) },
  get peers() { return manyToMany(M115, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M101) },
}) {
  get label() { return this.name.toUpperCase() }
}
