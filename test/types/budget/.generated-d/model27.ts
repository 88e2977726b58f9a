import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M28 } from "./model28.ts";
import { M26 } from "./model26.ts";
import { M34 } from "./model34.ts";
import { M20 } from "./model20.ts";

export class M27 extends Model("M27", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft27", "published", "archived"]),
  kind: z.literal("kind27"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a27: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M28, { relatedName: "owned" }) },
  get owned() { return backRef(M26) },
  get peers() { return manyToMany(M34, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M20) },
}) {
  get label() { return this.name.toUpperCase() }
}
