import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M166 } from "./model166.ts";
import { M164 } from "./model164.ts";
import { M172 } from "./model172.ts";
import { M158 } from "./model158.ts";

export class M165 extends Model("M165", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft165", "published", "archived"]),
  kind: z.literal("kind165"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a165: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M166, { relatedName: "owned" }) },
  get owned() { return backRef(M164) },
  get peers() { return manyToMany(M172, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M158) },
}) {
  get label() { return this.name.toUpperCase() }
}
