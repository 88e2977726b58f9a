import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M107 } from "./model107.ts";
import { M105 } from "./model105.ts";
import { M113 } from "./model113.ts";
import { M99 } from "./model99.ts";

export class M106 extends Model("M106", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft106", "published", "archived"]),
  kind: z.literal("kind106"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a106: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M107, { relatedName: "owned" }) },
  get owned() { return backRef(M105) },
  get peers() { return manyToMany(M113, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M99) },
}) {
  get label() { return this.name.toUpperCase() }
}
