import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M67 } from "./model67.ts";
import { M65 } from "./model65.ts";
import { M73 } from "./model73.ts";
import { M59 } from "./model59.ts";

export class M66 extends Model("M66", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft66", "published", "archived"]),
  kind: z.literal("kind66"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a66: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M67, { relatedName: "owned" }) },
  get owned() { return backRef(M65) },
  get peers() { return manyToMany(M73, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M59) },
}) {
  get label() { return this.name.toUpperCase() }
}
