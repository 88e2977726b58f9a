import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M96 } from "./model96.ts";
import { M94 } from "./model94.ts";
import { M102 } from "./model102.ts";
import { M88 } from "./model88.ts";

export class M95 extends Model("M95", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft95", "published", "archived"]),
  kind: z.literal("kind95"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a95: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M96, { relatedName: "owned" }) },
  get owned() { return backRef(M94) },
  get peers() { return manyToMany(M102, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M88) },
}) {
  get label() { return this.name.toUpperCase() }
}
