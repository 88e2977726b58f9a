import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M27 } from "./model27.ts";
import { M25 } from "./model25.ts";
import { M33 } from "./model33.ts";
import { M19 } from "./model19.ts";

export class M26 extends Model("M26", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft26", "published", "archived"]),
  kind: z.literal("kind26"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a26: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M27, { relatedName: "owned" }) },
  get owned() { return backRef(M25) },
  get peers() { return manyToMany(M33, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M19) },
}) {
  get label() { return this.name.toUpperCase() }
}
