import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M159 } from "./model159.ts";
import { M157 } from "./model157.ts";
import { M165 } from "./model165.ts";
import { M151 } from "./model151.ts";

export class M158 extends Model("M158", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft158", "published", "archived"]),
  kind: z.literal("kind158"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a158: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M159, { relatedName: "owned" }) },
  get owned() { return backRef(M157) },
  get peers() { return manyToMany(M165, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M151) },
}) {
  get label() { return this.name.toUpperCase() }
}
