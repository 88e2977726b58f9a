import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M77 } from "./model77.ts";
import { M75 } from "./model75.ts";
import { M83 } from "./model83.ts";
import { M69 } from "./model69.ts";

export class M76 extends Model("M76", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft76", "published", "archived"]),
  kind: z.literal("kind76"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a76: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M77, { relatedName: "owned" }) },
  get owned() { return backRef(M75) },
  get peers() { return manyToMany(M83, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M69) },
}) {
  get label() { return this.name.toUpperCase() }
}
