import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M197 } from "./model197.ts";
import { M195 } from "./model195.ts";
import { M3 } from "./model3.ts";
import { M189 } from "./model189.ts";

export class M196 extends Model("M196", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft196", "published", "archived"]),
  kind: z.literal("kind196"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a196: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M197, { relatedName: "owned" }) },
  get owned() { return backRef(M195) },
  get peers() { return manyToMany(M3, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M189) },
}) {
  get label() { return this.name.toUpperCase() }
}
