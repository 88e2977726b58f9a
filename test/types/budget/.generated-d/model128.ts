import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M129 } from "./model129.ts";
import { M127 } from "./model127.ts";
import { M135 } from "./model135.ts";
import { M121 } from "./model121.ts";

export class M128 extends Model("M128", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft128", "published", "archived"]),
  kind: z.literal("kind128"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a128: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M129, { relatedName: "owned" }) },
  get owned() { return backRef(M127) },
  get peers() { return manyToMany(M135, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M121) },
}) {
  get label() { return this.name.toUpperCase() }
}
