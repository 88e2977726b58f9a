import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M148 } from "./model148.ts";
import { M146 } from "./model146.ts";
import { M154 } from "./model154.ts";
import { M140 } from "./model140.ts";

export class M147 extends Model("M147", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft147", "published", "archived"]),
  kind: z.literal("kind147"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a147: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M148, { relatedName: "owned" }) },
  get owned() { return backRef(M146) },
  get peers() { return manyToMany(M154, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M140) },
}) {
  get label() { return this.name.toUpperCase() }
}
