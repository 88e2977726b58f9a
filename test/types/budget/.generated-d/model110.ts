import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M111 } from "./model111.ts";
import { M109 } from "./model109.ts";
import { M117 } from "./model117.ts";
import { M103 } from "./model103.ts";

export class M110 extends Model("M110", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft110", "published", "archived"]),
  kind: z.literal("kind110"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a110: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M111, { relatedName: "owned" }) },
  get owned() { return backRef(M109) },
  get peers() { return manyToMany(M117, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M103) },
}) {
  get label() { return this.name.toUpperCase() }
}
