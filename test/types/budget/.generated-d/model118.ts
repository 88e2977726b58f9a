import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M119 } from "./model119.ts";
import { M117 } from "./model117.ts";
import { M125 } from "./model125.ts";
import { M111 } from "./model111.ts";

export class M118 extends Model("M118", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft118", "published", "archived"]),
  kind: z.literal("kind118"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a118: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M119, { relatedName: "owned" }) },
  get owned() { return backRef(M117) },
  get peers() { return manyToMany(M125, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M111) },
}) {
  get label() { return this.name.toUpperCase() }
}
