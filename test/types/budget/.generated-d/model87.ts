import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M88 } from "./model88.ts";
import { M86 } from "./model86.ts";
import { M94 } from "./model94.ts";
import { M80 } from "./model80.ts";

export class M87 extends Model("M87", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft87", "published", "archived"]),
  kind: z.literal("kind87"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a87: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M88, { relatedName: "owned" }) },
  get owned() { return backRef(M86) },
  get peers() { return manyToMany(M94, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M80) },
}) {
  get label() { return this.name.toUpperCase() }
}
