import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M164 } from "./model164.ts";
import { M162 } from "./model162.ts";
import { M170 } from "./model170.ts";
import { M156 } from "./model156.ts";

export class M163 extends Model("M163", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft163", "published", "archived"]),
  kind: z.literal("kind163"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a163: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M164, { relatedName: "owned" }) },
  get owned() { return backRef(M162) },
  get peers() { return manyToMany(M170, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M156) },
}) {
  get label() { return this.name.toUpperCase() }
}
