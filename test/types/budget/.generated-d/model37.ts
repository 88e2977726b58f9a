import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M38 } from "./model38.ts";
import { M36 } from "./model36.ts";
import { M44 } from "./model44.ts";
import { M30 } from "./model30.ts";

export class M37 extends Model("M37", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft37", "published", "archived"]),
  kind: z.literal("kind37"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a37: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M38, { relatedName: "owned" }) },
  get owned() { return backRef(M36) },
  get peers() { return manyToMany(M44, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M30) },
}) {
  get label() { return this.name.toUpperCase() }
}
