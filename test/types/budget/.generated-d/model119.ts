import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M120 } from "./model120.ts";
import { M118 } from "./model118.ts";
import { M126 } from "./model126.ts";
import { M112 } from "./model112.ts";

export class M119 extends Model("M119", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft119", "published", "archived"]),
  kind: z.literal("kind119"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a119: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M120, { relatedName: "owned" }) },
  get owned() { return backRef(M118) },
  get peers() { return manyToMany(M126, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M112) },
}) {
  get label() { return this.name.toUpperCase() }
}
