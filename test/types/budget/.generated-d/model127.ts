import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M128 } from "./model128.ts";
import { M126 } from "./model126.ts";
import { M134 } from "./model134.ts";
import { M120 } from "./model120.ts";

export class M127 extends Model("M127", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft127", "published", "archived"]),
  kind: z.literal("kind127"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a127: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M128, { relatedName: "owned" }) },
  get owned() { return backRef(M126) },
  get peers() { return manyToMany(M134, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M120) },
}) {
  get label() { return this.name.toUpperCase() }
}
