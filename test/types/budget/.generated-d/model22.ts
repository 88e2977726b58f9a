import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M23 } from "./model23.ts";
import { M21 } from "./model21.ts";
import { M29 } from "./model29.ts";
import { M15 } from "./model15.ts";

export class M22 extends Model("M22", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft22", "published", "archived"]),
  kind: z.literal("kind22"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a22: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M23, { relatedName: "owned" }) },
  get owned() { return backRef(M21) },
  get peers() { return manyToMany(M29, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M15) },
}) {
  get label() { return this.name.toUpperCase() }
}
