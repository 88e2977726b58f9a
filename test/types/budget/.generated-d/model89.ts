import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M90 } from "./model90.ts";
import { M88 } from "./model88.ts";
import { M96 } from "./model96.ts";
import { M82 } from "./model82.ts";

export class M89 extends Model("M89", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft89", "published", "archived"]),
  kind: z.literal("kind89"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a89: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M90, { relatedName: "owned" }) },
  get owned() { return backRef(M88) },
  get peers() { return manyToMany(M96, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M82) },
}) {
  get label() { return this.name.toUpperCase() }
}
