import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M32 } from "./model32.ts";
import { M30 } from "./model30.ts";
import { M38 } from "./model38.ts";
import { M24 } from "./model24.ts";

export class M31 extends Model("M31", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft31", "published", "archived"]),
  kind: z.literal("kind31"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a31: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M32, { relatedName: "owned" }) },
  get owned() { return backRef(M30) },
  get peers() { return manyToMany(M38, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M24) },
}) {
  get label() { return this.name.toUpperCase() }
}
