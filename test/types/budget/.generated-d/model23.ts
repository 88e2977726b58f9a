import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M24 } from "./model24.ts";
import { M22 } from "./model22.ts";
import { M30 } from "./model30.ts";
import { M16 } from "./model16.ts";

export class M23 extends Model("M23", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft23", "published", "archived"]),
  kind: z.literal("kind23"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a23: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M24, { relatedName: "owned" }) },
  get owned() { return backRef(M22) },
  get peers() { return manyToMany(M30, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M16) },
}) {
  get label() { return this.name.toUpperCase() }
}
