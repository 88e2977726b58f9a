import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M49 } from "./model49.ts";
import { M47 } from "./model47.ts";
import { M55 } from "./model55.ts";
import { M41 } from "./model41.ts";

export class M48 extends Model("M48", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft48", "published", "archived"]),
  kind: z.literal("kind48"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a48: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M49, { relatedName: "owned" }) },
  get owned() { return backRef(M47) },
  get peers() { return manyToMany(M55, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M41) },
}) {
  get label() { return this.name.toUpperCase() }
}
