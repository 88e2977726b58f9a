import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M194 } from "./model194.ts";
import { M192 } from "./model192.ts";
import { M0 } from "./model0.ts";
import { M186 } from "./model186.ts";

export class M193 extends Model("M193", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft193", "published", "archived"]),
  kind: z.literal("kind193"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a193: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M194, { relatedName: "owned" }) },
  get owned() { return backRef(M192) },
  get peers() { return manyToMany(M0, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M186) },
}) {
  get label() { return this.name.toUpperCase() }
}
