import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M39 } from "./model39.ts";
import { M37 } from "./model37.ts";
import { M45 } from "./model45.ts";
import { M31 } from "./model31.ts";

export class M38 extends Model("M38", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft38", "published", "archived"]),
  kind: z.literal("kind38"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a38: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M39, { relatedName: "owned" }) },
  get owned() { return backRef(M37) },
  get peers() { return manyToMany(M45, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M31) },
}) {
  get label() { return this.name.toUpperCase() }
}
