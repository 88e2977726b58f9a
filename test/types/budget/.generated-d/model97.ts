import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M98 } from "./model98.ts";
import { M96 } from "./model96.ts";
import { M104 } from "./model104.ts";
import { M90 } from "./model90.ts";

export class M97 extends Model("M97", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft97", "published", "archived"]),
  kind: z.literal("kind97"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a97: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M98, { relatedName: "owned" }) },
  get owned() { return backRef(M96) },
  get peers() { return manyToMany(M104, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M90) },
}) {
  get label() { return this.name.toUpperCase() }
}
