import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M40 } from "./model40.ts";
import { M38 } from "./model38.ts";
import { M46 } from "./model46.ts";
import { M32 } from "./model32.ts";

export class M39 extends Model("M39", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft39", "published", "archived"]),
  kind: z.literal("kind39"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a39: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M40, { relatedName: "owned" }) },
  get owned() { return backRef(M38) },
  get peers() { return manyToMany(M46, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M32) },
}) {
  get label() { return this.name.toUpperCase() }
}
