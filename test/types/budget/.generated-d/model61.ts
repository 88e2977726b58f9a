import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M62 } from "./model62.ts";
import { M60 } from "./model60.ts";
import { M68 } from "./model68.ts";
import { M54 } from "./model54.ts";

export class M61 extends Model("M61", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft61", "published", "archived"]),
  kind: z.literal("kind61"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a61: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M62, { relatedName: "owned" }) },
  get owned() { return backRef(M60) },
  get peers() { return manyToMany(M68, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M54) },
}) {
  get label() { return this.name.toUpperCase() }
}
