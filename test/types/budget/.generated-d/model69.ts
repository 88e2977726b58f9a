import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M70 } from "./model70.ts";
import { M68 } from "./model68.ts";
import { M76 } from "./model76.ts";
import { M62 } from "./model62.ts";

export class M69 extends Model("M69", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft69", "published", "archived"]),
  kind: z.literal("kind69"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a69: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M70, { relatedName: "owned" }) },
  get owned() { return backRef(M68) },
  get peers() { return manyToMany(M76, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M62) },
}) {
  get label() { return this.name.toUpperCase() }
}
