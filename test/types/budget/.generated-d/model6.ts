import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M7 } from "./model7.ts";
import { M5 } from "./model5.ts";
import { M13 } from "./model13.ts";
import { M199 } from "./model199.ts";

export class M6 extends Model("M6", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft6", "published", "archived"]),
  kind: z.literal("kind6"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a6: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M7, { relatedName: "owned" }) },
  get owned() { return backRef(M5) },
  get peers() { return manyToMany(M13, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M199) },
}) {
  get label() { return this.name.toUpperCase() }
}
