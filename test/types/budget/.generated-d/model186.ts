import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M187 } from "./model187.ts";
import { M185 } from "./model185.ts";
import { M193 } from "./model193.ts";
import { M179 } from "./model179.ts";

export class M186 extends Model("M186", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft186", "published", "archived"]),
  kind: z.literal("kind186"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a186: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M187, { relatedName: "owned" }) },
  get owned() { return backRef(M185) },
  get peers() { return manyToMany(M193, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M179) },
}) {
  get label() { return this.name.toUpperCase() }
}
