import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M85 } from "./model85.ts";
import { M83 } from "./model83.ts";
import { M91 } from "./model91.ts";
import { M77 } from "./model77.ts";

export class M84 extends Model("M84", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft84", "published", "archived"]),
  kind: z.literal("kind84"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a84: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M85, { relatedName: "owned" }) },
  get owned() { return backRef(M83) },
  get peers() { return manyToMany(M91, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M77) },
}) {
  get label() { return this.name.toUpperCase() }
}
