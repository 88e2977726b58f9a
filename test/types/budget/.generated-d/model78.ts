import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M79 } from "./model79.ts";
import { M77 } from "./model77.ts";
import { M85 } from "./model85.ts";
import { M71 } from "./model71.ts";

export class M78 extends Model("M78", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft78", "published", "archived"]),
  kind: z.literal("kind78"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a78: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M79, { relatedName: "owned" }) },
  get owned() { return backRef(M77) },
  get peers() { return manyToMany(M85, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M71) },
}) {
  get label() { return this.name.toUpperCase() }
}
