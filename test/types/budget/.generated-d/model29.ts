import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M30 } from "./model30.ts";
import { M28 } from "./model28.ts";
import { M36 } from "./model36.ts";
import { M22 } from "./model22.ts";

export class M29 extends Model("M29", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft29", "published", "archived"]),
  kind: z.literal("kind29"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a29: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M30, { relatedName: "owned" }) },
  get owned() { return backRef(M28) },
  get peers() { return manyToMany(M36, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M22) },
}) {
  get label() { return this.name.toUpperCase() }
}
