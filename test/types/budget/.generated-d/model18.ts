import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M19 } from "./model19.ts";
import { M17 } from "./model17.ts";
import { M25 } from "./model25.ts";
import { M11 } from "./model11.ts";

export class M18 extends Model("M18", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft18", "published", "archived"]),
  kind: z.literal("kind18"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a18: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M19, { relatedName: "owned" }) },
  get owned() { return backRef(M17) },
  get peers() { return manyToMany(M25, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M11) },
}) {
  get label() { return this.name.toUpperCase() }
}
