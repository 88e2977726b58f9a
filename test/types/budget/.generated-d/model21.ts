import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M22 } from "./model22.ts";
import { M20 } from "./model20.ts";
import { M28 } from "./model28.ts";
import { M14 } from "./model14.ts";

export class M21 extends Model("M21", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft21", "published", "archived"]),
  kind: z.literal("kind21"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a21: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M22, { relatedName: "owned" }) },
  get owned() { return backRef(M20) },
  get peers() { return manyToMany(M28, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M14) },
}) {
  get label() { return this.name.toUpperCase() }
}
