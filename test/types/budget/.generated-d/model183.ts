import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M184 } from "./model184.ts";
import { M182 } from "./model182.ts";
import { M190 } from "./model190.ts";
import { M176 } from "./model176.ts";

export class M183 extends Model("M183", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft183", "published", "archived"]),
  kind: z.literal("kind183"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a183: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M184, { relatedName: "owned" }) },
  get owned() { return backRef(M182) },
  get peers() { return manyToMany(M190, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M176) },
}) {
  get label() { return this.name.toUpperCase() }
}
