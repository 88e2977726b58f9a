import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M116 } from "./model116.ts";
import { M114 } from "./model114.ts";
import { M122 } from "./model122.ts";
import { M108 } from "./model108.ts";

export class M115 extends Model("M115", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft115", "published", "archived"]),
  kind: z.literal("kind115"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a115: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M116, { relatedName: "owned" }) },
  get owned() { return backRef(M114) },
  get peers() { return manyToMany(M122, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M108) },
}) {
  get label() { return this.name.toUpperCase() }
}
