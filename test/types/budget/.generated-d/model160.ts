import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M161 } from "./model161.ts";
import { M159 } from "./model159.ts";
import { M167 } from "./model167.ts";
import { M153 } from "./model153.ts";

export class M160 extends Model("M160", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft160", "published", "archived"]),
  kind: z.literal("kind160"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a160: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M161, { relatedName: "owned" }) },
  get owned() { return backRef(M159) },
  get peers() { return manyToMany(M167, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M153) },
}) {
  get label() { return this.name.toUpperCase() }
}
