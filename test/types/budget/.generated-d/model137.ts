import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M138 } from "./model138.ts";
import { M136 } from "./model136.ts";
import { M144 } from "./model144.ts";
import { M130 } from "./model130.ts";

export class M137 extends Model("M137", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft137", "published", "archived"]),
  kind: z.literal("kind137"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a137: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M138, { relatedName: "owned" }) },
  get owned() { return backRef(M136) },
  get peers() { return manyToMany(M144, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M130) },
}) {
  get label() { return this.name.toUpperCase() }
}
