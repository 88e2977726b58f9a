import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M179 } from "./model179.ts";
import { M177 } from "./model177.ts";
import { M185 } from "./model185.ts";
import { M171 } from "./model171.ts";

export class M178 extends Model("M178", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft178", "published", "archived"]),
  kind: z.literal("kind178"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a178: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M179, { relatedName: "owned" }) },
  get owned() { return backRef(M177) },
  get peers() { return manyToMany(M185, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M171) },
}) {
  get label() { return this.name.toUpperCase() }
}
