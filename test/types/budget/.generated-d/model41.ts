import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M42 } from "./model42.ts";
import { M40 } from "./model40.ts";
import { M48 } from "./model48.ts";
import { M34 } from "./model34.ts";

export class M41 extends Model("M41", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft41", "published", "archived"]),
  kind: z.literal("kind41"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a41: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M42, { relatedName: "owned" }) },
  get owned() { return backRef(M40) },
  get peers() { return manyToMany(M48, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M34) },
}) {
  get label() { return this.name.toUpperCase() }
}
