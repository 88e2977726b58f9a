import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M143 } from "./model143.ts";
import { M141 } from "./model141.ts";
import { M149 } from "./model149.ts";
import { M135 } from "./model135.ts";

export class M142 extends Model("M142", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft142", "published", "archived"]),
  kind: z.literal("kind142"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a142: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M143, { relatedName: "owned" }) },
  get owned() { return backRef(M141) },
  get peers() { return manyToMany(M149, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M135) },
}) {
  get label() { return this.name.toUpperCase() }
}
