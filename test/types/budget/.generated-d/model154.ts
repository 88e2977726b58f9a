import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M155 } from "./model155.ts";
import { M153 } from "./model153.ts";
import { M161 } from "./model161.ts";
import { M147 } from "./model147.ts";

export class M154 extends Model("M154", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft154", "published", "archived"]),
  kind: z.literal("kind154"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a154: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M155, { relatedName: "owned" }) },
  get owned() { return backRef(M153) },
  get peers() { return manyToMany(M161, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M147) },
}) {
  get label() { return this.name.toUpperCase() }
}
