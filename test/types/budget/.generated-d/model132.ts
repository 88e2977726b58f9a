import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M133 } from "./model133.ts";
import { M131 } from "./model131.ts";
import { M139 } from "./model139.ts";
import { M125 } from "./model125.ts";

export class M132 extends Model("M132", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft132", "published", "archived"]),
  kind: z.literal("kind132"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a132: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M133, { relatedName: "owned" }) },
  get owned() { return backRef(M131) },
  get peers() { return manyToMany(M139, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M125) },
}) {
  get label() { return this.name.toUpperCase() }
}
