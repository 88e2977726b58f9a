import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M150 } from "./model150.ts";
import { M148 } from "./model148.ts";
import { M156 } from "./model156.ts";
import { M142 } from "./model142.ts";

export class M149 extends Model("M149", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft149", "published", "archived"]),
  kind: z.literal("kind149"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a149: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M150, { relatedName: "owned" }) },
  get owned() { return backRef(M148) },
  get peers() { return manyToMany(M156, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M142) },
}) {
  get label() { return this.name.toUpperCase() }
}
