import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M80 } from "./model80.ts";
import { M78 } from "./model78.ts";
import { M86 } from "./model86.ts";
import { M72 } from "./model72.ts";

export class M79 extends Model("M79", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft79", "published", "archived"]),
  kind: z.literal("kind79"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a79: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M80, { relatedName: "owned" }) },
  get owned() { return backRef(M78) },
  get peers() { return manyToMany(M86, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M72) },
}) {
  get label() { return this.name.toUpperCase() }
}
