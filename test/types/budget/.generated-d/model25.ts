import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M26 } from "./model26.ts";
import { M24 } from "./model24.ts";
import { M32 } from "./model32.ts";
import { M18 } from "./model18.ts";

export class M25 extends Model("M25", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft25", "published", "archived"]),
  kind: z.literal("kind25"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a25: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M26, { relatedName: "owned" }) },
  get owned() { return backRef(M24) },
  get peers() { return manyToMany(M32, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M18) },
}) {
  get label() { return this.name.toUpperCase() }
}
