import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M11 } from "./model11.ts";
import { M9 } from "./model9.ts";
import { M17 } from "./model17.ts";
import { M3 } from "./model3.ts";

export class M10 extends Model("M10", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft10", "published", "archived"]),
  kind: z.literal("kind10"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a10: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M11, { relatedName: "owned" }) },
  get owned() { return backRef(M9) },
  get peers() { return manyToMany(M17, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M3) },
}) {
  get label() { return this.name.toUpperCase() }
}
