import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M191 } from "./model191.ts";
import { M189 } from "./model189.ts";
import { M197 } from "./model197.ts";
import { M183 } from "./model183.ts";

export class M190 extends Model("M190", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft190", "published", "archived"]),
  kind: z.literal("kind190"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a190: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M191, { relatedName: "owned" }) },
  get owned() { return backRef(M189) },
  get peers() { return manyToMany(M197, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M183) },
}) {
  get label() { return this.name.toUpperCase() }
}
