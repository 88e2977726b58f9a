import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M123 } from "./model123.ts";
import { M121 } from "./model121.ts";
import { M129 } from "./model129.ts";
import { M115 } from "./model115.ts";

export class M122 extends Model("M122", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft122", "published", "archived"]),
  kind: z.literal("kind122"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a122: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M123, { relatedName: "owned" }) },
  get owned() { return backRef(M121) },
  get peers() { return manyToMany(M129, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M115) },
}) {
  get label() { return this.name.toUpperCase() }
}
