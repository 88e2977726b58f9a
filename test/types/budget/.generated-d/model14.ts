import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M15 } from "./model15.ts";
import { M13 } from "./model13.ts";
import { M21 } from "./model21.ts";
import { M7 } from "./model7.ts";

export class M14 extends Model("M14", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft14", "published", "archived"]),
  kind: z.literal("kind14"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a14: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M15, { relatedName: "owned" }) },
  get owned() { return backRef(M13) },
  get peers() { return manyToMany(M21, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M7) },
}) {
  get label() { return this.name.toUpperCase() }
}
