import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M190 } from "./model190.ts";
import { M188 } from "./model188.ts";
import { M196 } from "./model196.ts";
import { M182 } from "./model182.ts";

export class M189 extends Model("M189", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft189", "published", "archived"]),
  kind: z.literal("kind189"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a189: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M190, { relatedName: "owned" }) },
  get owned() { return backRef(M188) },
  get peers() { return manyToMany(M196, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M182) },
}) {
  get label() { return this.name.toUpperCase() }
}
