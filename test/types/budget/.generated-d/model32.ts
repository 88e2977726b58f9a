import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M33 } from "./model33.ts";
import { M31 } from "./model31.ts";
import { M39 } from "./model39.ts";
import { M25 } from "./model25.ts";

export class M32 extends Model("M32", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft32", "published", "archived"]),
  kind: z.literal("kind32"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a32: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M33, { relatedName: "owned" }) },
  get owned() { return backRef(M31) },
  get peers() { return manyToMany(M39, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M25) },
}) {
  get label() { return this.name.toUpperCase() }
}
