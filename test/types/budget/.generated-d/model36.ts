import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M37 } from "./model37.ts";
import { M35 } from "./model35.ts";
import { M43 } from "./model43.ts";
import { M29 } from "./model29.ts";

export class M36 extends Model("M36", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft36", "published", "archived"]),
  kind: z.literal("kind36"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a36: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M37, { relatedName: "owned" }) },
  get owned() { return backRef(M35) },
  get peers() { return manyToMany(M43, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M29) },
}) {
  get label() { return this.name.toUpperCase() }
}
