import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M5 } from "./model5.ts";
import { M3 } from "./model3.ts";
import { M11 } from "./model11.ts";
import { M197 } from "./model197.ts";

export class M4 extends Model("M4", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft4", "published", "archived"]),
  kind: z.literal("kind4"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a4: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M5, { relatedName: "owned" }) },
  get owned() { return backRef(M3) },
  get peers() { return manyToMany(M11, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M197) },
}) {
  get label() { return this.name.toUpperCase() }
}
