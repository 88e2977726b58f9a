import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M162 } from "./model162.ts";
import { M160 } from "./model160.ts";
import { M168 } from "./model168.ts";
import { M154 } from "./model154.ts";

export class M161 extends Model("M161", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft161", "published", "archived"]),
  kind: z.literal("kind161"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a161: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M162, { relatedName: "owned" }) },
  get owned() { return backRef(M160) },
  get peers() { return manyToMany(M168, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M154) },
}) {
  get label() { return this.name.toUpperCase() }
}
