import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M56 } from "./model56.ts";
import { M54 } from "./model54.ts";
import { M62 } from "./model62.ts";
import { M48 } from "./model48.ts";

export class M55 extends Model("M55", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft55", "published", "archived"]),
  kind: z.literal("kind55"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a55: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M56, { relatedName: "owned" }) },
  get owned() { return backRef(M54) },
  get peers() { return manyToMany(M62, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M48) },
}) {
  get label() { return this.name.toUpperCase() }
}
