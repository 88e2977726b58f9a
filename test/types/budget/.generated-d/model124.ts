import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M125 } from "./model125.ts";
import { M123 } from "./model123.ts";
import { M131 } from "./model131.ts";
import { M117 } from "./model117.ts";

export class M124 extends Model("M124", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft124", "published", "archived"]),
  kind: z.literal("kind124"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a124: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M125, { relatedName: "owned" }) },
  get owned() { return backRef(M123) },
  get peers() { return manyToMany(M131, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M117) },
}) {
  get label() { return this.name.toUpperCase() }
}
