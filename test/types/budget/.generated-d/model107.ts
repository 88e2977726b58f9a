import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M108 } from "./model108.ts";
import { M106 } from "./model106.ts";
import { M114 } from "./model114.ts";
import { M100 } from "./model100.ts";

export class M107 extends Model("M107", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft107", "published", "archived"]),
  kind: z.literal("kind107"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a107: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M108, { relatedName: "owned" }) },
  get owned() { return backRef(M106) },
  get peers() { return manyToMany(M114, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M100) },
}) {
  get label() { return this.name.toUpperCase() }
}
