import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M59 } from "./model59.ts";
import { M57 } from "./model57.ts";
import { M65 } from "./model65.ts";
import { M51 } from "./model51.ts";

export class M58 extends Model("M58", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft58", "published", "archived"]),
  kind: z.literal("kind58"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a58: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M59, { relatedName: "owned" }) },
  get owned() { return backRef(M57) },
  get peers() { return manyToMany(M65, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M51) },
}) {
  get label() { return this.name.toUpperCase() }
}
