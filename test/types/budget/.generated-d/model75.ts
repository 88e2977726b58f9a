import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M76 } from "./model76.ts";
import { M74 } from "./model74.ts";
import { M82 } from "./model82.ts";
import { M68 } from "./model68.ts";

export class M75 extends Model("M75", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft75", "published", "archived"]),
  kind: z.literal("kind75"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a75: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M76, { relatedName: "owned" }) },
  get owned() { return backRef(M74) },
  get peers() { return manyToMany(M82, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M68) },
}) {
  get label() { return this.name.toUpperCase() }
}
