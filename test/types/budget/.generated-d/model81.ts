import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M82 } from "./model82.ts";
import { M80 } from "./model80.ts";
import { M88 } from "./model88.ts";
import { M74 } from "./model74.ts";

export class M81 extends Model("M81", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft81", "published", "archived"]),
  kind: z.literal("kind81"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a81: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M82, { relatedName: "owned" }) },
  get owned() { return backRef(M80) },
  get peers() { return manyToMany(M88, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M74) },
}) {
  get label() { return this.name.toUpperCase() }
}
