import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M4 } from "./model4.ts";
import { M2 } from "./model2.ts";
import { M10 } from "./model10.ts";
import { M196 } from "./model196.ts";

export class M3 extends Model("M3", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft3", "published", "archived"]),
  kind: z.literal("kind3"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a3: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M4, { relatedName: "owned" }) },
  get owned() { return backRef(M2) },
  get peers() { return manyToMany(M10, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M196) },
}) {
  get label() { return this.name.toUpperCase() }
}
