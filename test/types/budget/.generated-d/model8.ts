import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M9 } from "./model9.ts";
import { M7 } from "./model7.ts";
import { M15 } from "./model15.ts";
import { M1 } from "./model1.ts";

export class M8 extends Model("M8", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft8", "published", "archived"]),
  kind: z.literal("kind8"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a8: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M9, { relatedName: "owned" }) },
  get owned() { return backRef(M7) },
  get peers() { return manyToMany(M15, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M1) },
}) {
  get label() { return this.name.toUpperCase() }
}
