import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M180 } from "./model180.ts";
import { M178 } from "./model178.ts";
import { M186 } from "./model186.ts";
import { M172 } from "./model172.ts";

export class M179 extends Model("M179", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft179", "published", "archived"]),
  kind: z.literal("kind179"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a179: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M180, { relatedName: "owned" }) },
  get owned() { return backRef(M178) },
  get peers() { return manyToMany(M186, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M172) },
}) {
  get label() { return this.name.toUpperCase() }
}
