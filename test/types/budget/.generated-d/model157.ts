import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M158 } from "./model158.ts";
import { M156 } from "./model156.ts";
import { M164 } from "./model164.ts";
import { M150 } from "./model150.ts";

export class M157 extends Model("M157", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft157", "published", "archived"]),
  kind: z.literal("kind157"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a157: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M158, { relatedName: "owned" }) },
  get owned() { return backRef(M156) },
  get peers() { return manyToMany(M164, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M150) },
}) {
  get label() { return this.name.toUpperCase() }
}
