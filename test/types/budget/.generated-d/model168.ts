import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M169 } from "./model169.ts";
import { M167 } from "./model167.ts";
import { M175 } from "./model175.ts";
import { M161 } from "./model161.ts";

export class M168 extends Model("M168", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft168", "published", "archived"]),
  kind: z.literal("kind168"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a168: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M169, { relatedName: "owned" }) },
  get owned() { return backRef(M167) },
  get peers() { return manyToMany(M175, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M161) },
}) {
  get label() { return this.name.toUpperCase() }
}
