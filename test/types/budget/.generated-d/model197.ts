import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M198 } from "./model198.ts";
import { M196 } from "./model196.ts";
import { M4 } from "./model4.ts";
import { M190 } from "./model190.ts";

export class M197 extends Model("M197", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft197", "published", "archived"]),
  kind: z.literal("kind197"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a197: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M198, { relatedName: "owned" }) },
  get owned() { return backRef(M196) },
  get peers() { return manyToMany(M4, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M190) },
}) {
  get label() { return this.name.toUpperCase() }
}
