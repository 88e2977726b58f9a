import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M189 } from "./model189.ts";
import { M187 } from "./model187.ts";
import { M195 } from "./model195.ts";
import { M181 } from "./model181.ts";

export class M188 extends Model("M188", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft188", "published", "archived"]),
  kind: z.literal("kind188"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a188: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M189, { relatedName: "owned" }) },
  get owned() { return backRef(M187) },
  get peers() { return manyToMany(M195, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M181) },
}) {
  get label() { return this.name.toUpperCase() }
}
