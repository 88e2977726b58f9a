import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M104 } from "./model104.ts";
import { M102 } from "./model102.ts";
import { M110 } from "./model110.ts";
import { M96 } from "./model96.ts";

export class M103 extends Model("M103", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft103", "published", "archived"]),
  kind: z.literal("kind103"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a103: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M104, { relatedName: "owned" }) },
  get owned() { return backRef(M102) },
  get peers() { return manyToMany(M110, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M96) },
}) {
  get label() { return this.name.toUpperCase() }
}
