import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M36 } from "./model36.ts";
import { M34 } from "./model34.ts";
import { M42 } from "./model42.ts";
import { M28 } from "./model28.ts";

export class M35 extends Model("M35", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft35", "published", "archived"]),
  kind: z.literal("kind35"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a35: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M36, { relatedName: "owned" }) },
  get owned() { return backRef(M34) },
  get peers() { return manyToMany(M42, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M28) },
}) {
  get label() { return this.name.toUpperCase() }
}
