import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M34 } from "./model34.ts";
import { M32 } from "./model32.ts";
import { M40 } from "./model40.ts";
import { M26 } from "./model26.ts";

export class M33 extends Model("M33", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft33", "published", "archived"]),
  kind: z.literal("kind33"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a33: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M34, { relatedName: "owned" }) },
  get owned() { return backRef(M32) },
  get peers() { return manyToMany(M40, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M26) },
}) {
  get label() { return this.name.toUpperCase() }
}
