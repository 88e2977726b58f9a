import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M149 } from "./model149.ts";
import { M147 } from "./model147.ts";
import { M155 } from "./model155.ts";
import { M141 } from "./model141.ts";

export class M148 extends Model("M148", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft148", "published", "archived"]),
  kind: z.literal("kind148"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a148: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M149, { relatedName: "owned" }) },
  get owned() { return backRef(M147) },
  get peers() { return manyToMany(M155, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M141) },
}) {
  get label() { return this.name.toUpperCase() }
}
