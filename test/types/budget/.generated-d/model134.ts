import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M135 } from "./model135.ts";
import { M133 } from "./model133.ts";
import { M141 } from "./model141.ts";
import { M127 } from "./model127.ts";

export class M134 extends Model("M134", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft134", "published", "archived"]),
  kind: z.literal("kind134"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a134: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M135, { relatedName: "owned" }) },
  get owned() { return backRef(M133) },
  get peers() { return manyToMany(M141, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M127) },
}) {
  get label() { return this.name.toUpperCase() }
}
