import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M174 } from "./model174.ts";
import { M172 } from "./model172.ts";
import { M180 } from "./model180.ts";
import { M166 } from "./model166.ts";

export class M173 extends Model("M173", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft173", "published", "archived"]),
  kind: z.literal("kind173"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a173: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M174, { relatedName: "owned" }) },
  get owned() { return backRef(M172) },
  get peers() { return manyToMany(M180, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M166) },
}) {
  get label() { return this.name.toUpperCase() }
}
