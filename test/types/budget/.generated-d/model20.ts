import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M21 } from "./model21.ts";
import { M19 } from "./model19.ts";
import { M27 } from "./model27.ts";
import { M13 } from "./model13.ts";

export class M20 extends Model("M20", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft20", "published", "archived"]),
  kind: z.literal("kind20"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a20: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M21, { relatedName: "owned" }) },
  get owned() { return backRef(M19) },
  get peers() { return manyToMany(M27, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M13) },
}) {
  get label() { return this.name.toUpperCase() }
}
