import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M64 } from "./model64.ts";
import { M62 } from "./model62.ts";
import { M70 } from "./model70.ts";
import { M56 } from "./model56.ts";

export class M63 extends Model("M63", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft63", "published", "archived"]),
  kind: z.literal("kind63"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a63: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M64, { relatedName: "owned" }) },
  get owned() { return backRef(M62) },
  get peers() { return manyToMany(M70, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M56) },
}) {
  get label() { return this.name.toUpperCase() }
}
