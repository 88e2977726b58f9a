import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M10 } from "./model10.ts";
import { M8 } from "./model8.ts";
import { M16 } from "./model16.ts";
import { M2 } from "./model2.ts";

export class M9 extends Model("M9", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft9", "published", "archived"]),
  kind: z.literal("kind9"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a9: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M10, { relatedName: "owned" }) },
  get owned() { return backRef(M8) },
  get peers() { return manyToMany(M16, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M2) },
}) {
  get label() { return this.name.toUpperCase() }
}
