import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M66 } from "./model66.ts";
import { M64 } from "./model64.ts";
import { M72 } from "./model72.ts";
import { M58 } from "./model58.ts";

export class M65 extends Model("M65", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft65", "published", "archived"]),
  kind: z.literal("kind65"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a65: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M66, { relatedName: "owned" }) },
  get owned() { return backRef(M64) },
  get peers() { return manyToMany(M72, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M58) },
}) {
  get label() { return this.name.toUpperCase() }
}
