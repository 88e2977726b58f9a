import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M172 } from "./model172.ts";
import { M170 } from "./model170.ts";
import { M178 } from "./model178.ts";
import { M164 } from "./model164.ts";

export class M171 extends Model("M171", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft171", "published", "archived"]),
  kind: z.literal("kind171"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a171: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M172, { relatedName: "owned" }) },
  get owned() { return backRef(M170) },
  get peers() { return manyToMany(M178, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M164) },
}) {
  get label() { return this.name.toUpperCase() }
}
