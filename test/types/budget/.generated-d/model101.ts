import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M102 } from "./model102.ts";
import { M100 } from "./model100.ts";
import { M108 } from "./model108.ts";
import { M94 } from "./model94.ts";

export class M101 extends Model("M101", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft101", "published", "archived"]),
  kind: z.literal("kind101"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a101: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M102, { relatedName: "owned" }) },
  get owned() { return backRef(M100) },
  get peers() { return manyToMany(M108, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M94) },
}) {
  get label() { return this.name.toUpperCase() }
}
