import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M126 } from "./model126.ts";
import { M124 } from "./model124.ts";
import { M132 } from "./model132.ts";
import { M118 } from "./model118.ts";

export class M125 extends Model("M125", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft125", "published", "archived"]),
  kind: z.literal("kind125"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a125: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M126, { relatedName: "owned" }) },
  get owned() { return backRef(M124) },
  get peers() { return manyToMany(M132, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M118) },
}) {
  get label() { return this.name.toUpperCase() }
}
