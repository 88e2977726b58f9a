import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M157 } from "./model157.ts";
import { M155 } from "./model155.ts";
import { M163 } from "./model163.ts";
import { M149 } from "./model149.ts";

export class M156 extends Model("M156", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft156", "published", "archived"]),
  kind: z.literal("kind156"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a156: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M157, { relatedName: "owned" }) },
  get owned() { return backRef(M155) },
  get peers() { return manyToMany(M163, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M149) },
}) {
  get label() { return this.name.toUpperCase() }
}
