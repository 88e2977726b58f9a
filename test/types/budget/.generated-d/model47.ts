import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M48 } from "./model48.ts";
import { M46 } from "./model46.ts";
import { M54 } from "./model54.ts";
import { M40 } from "./model40.ts";

export class M47 extends Model("M47", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft47", "published", "archived"]),
  kind: z.literal("kind47"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a47: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M48, { relatedName: "owned" }) },
  get owned() { return backRef(M46) },
  get peers() { return manyToMany(M54, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M40) },
}) {
  get label() { return this.name.toUpperCase() }
}
