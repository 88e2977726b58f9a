import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M118 } from "./model118.ts";
import { M116 } from "./model116.ts";
import { M124 } from "./model124.ts";
import { M110 } from "./model110.ts";

export class M117 extends Model("M117", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft117", "published", "archived"]),
  kind: z.literal("kind117"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a117: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M118, { relatedName: "owned" }) },
  get owned() { return backRef(M116) },
  get peers() { return manyToMany(M124, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M110) },
}) {
  get label() { return this.name.toUpperCase() }
}
