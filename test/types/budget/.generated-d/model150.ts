import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M151 } from "./model151.ts";
import { M149 } from "./model149.ts";
import { M157 } from "./model157.ts";
import { M143 } from "./model143.ts";

export class M150 extends Model("M150", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft150", "published", "archived"]),
  kind: z.literal("kind150"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a150: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M151, { relatedName: "owned" }) },
  get owned() { return backRef(M149) },
  get peers() { return manyToMany(M157, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M143) },
}) {
  get label() { return this.name.toUpperCase() }
}
