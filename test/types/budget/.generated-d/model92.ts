import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M93 } from "./model93.ts";
import { M91 } from "./model91.ts";
import { M99 } from "./model99.ts";
import { M85 } from "./model85.ts";

export class M92 extends Model("M92", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft92", "published", "archived"]),
  kind: z.literal("kind92"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a92: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M93, { relatedName: "owned" }) },
  get owned() { return backRef(M91) },
  get peers() { return manyToMany(M99, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M85) },
}) {
  get label() { return this.name.toUpperCase() }
}
