import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M114 } from "./model114.ts";
import { M112 } from "./model112.ts";
import { M120 } from "./model120.ts";
import { M106 } from "./model106.ts";

export class M113 extends Model("M113", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft113", "published", "archived"]),
  kind: z.literal("kind113"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a113: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M114, { relatedName: "owned" }) },
  get owned() { return backRef(M112) },
  get peers() { return manyToMany(M120, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M106) },
}) {
  get label() { return this.name.toUpperCase() }
}
