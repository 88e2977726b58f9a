import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M117 } from "./model117.ts";
import { M115 } from "./model115.ts";
import { M123 } from "./model123.ts";
import { M109 } from "./model109.ts";

export class M116 extends Model("M116", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft116", "published", "archived"]),
  kind: z.literal("kind116"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a116: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M117, { relatedName: "owned" }) },
  get owned() { return backRef(M115) },
  get peers() { return manyToMany(M123, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M109) },
}) {
  get label() { return this.name.toUpperCase() }
}
