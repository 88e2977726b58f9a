import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M132 } from "./model132.ts";
import { M130 } from "./model130.ts";
import { M138 } from "./model138.ts";
import { M124 } from "./model124.ts";

export class M131 extends Model("M131", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft131", "published", "archived"]),
  kind: z.literal("kind131"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a131: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M132, { relatedName: "owned" }) },
  get owned() { return backRef(M130) },
  get peers() { return manyToMany(M138, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M124) },
}) {
  get label() { return this.name.toUpperCase() }
}
