import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M176 } from "./model176.ts";
import { M174 } from "./model174.ts";
import { M182 } from "./model182.ts";
import { M168 } from "./model168.ts";

export class M175 extends Model("M175", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft175", "published", "archived"]),
  kind: z.literal("kind175"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a175: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M176, { relatedName: "owned" }) },
  get owned() { return backRef(M174) },
  get peers() { return manyToMany(M182, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M168) },
}) {
  get label() { return this.name.toUpperCase() }
}
