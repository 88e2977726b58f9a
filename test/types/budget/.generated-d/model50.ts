import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M51 } from "./model51.ts";
import { M49 } from "./model49.ts";
import { M57 } from "./model57.ts";
import { M43 } from "./model43.ts";

export class M50 extends Model("M50", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft50", "published", "archived"]),
  kind: z.literal("kind50"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a50: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M51, { relatedName: "owned" }) },
  get owned() { return backRef(M49) },
  get peers() { return manyToMany(M57, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M43) },
}) {
  get label() { return this.name.toUpperCase() }
}
