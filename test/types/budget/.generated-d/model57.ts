import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M58 } from "./model58.ts";
import { M56 } from "./model56.ts";
import { M64 } from "./model64.ts";
import { M50 } from "./model50.ts";

export class M57 extends Model("M57", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft57", "published", "archived"]),
  kind: z.literal("kind57"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a57: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M58, { relatedName: "owned" }) },
  get owned() { return backRef(M56) },
  get peers() { return manyToMany(M64, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M50) },
}) {
  get label() { return this.name.toUpperCase() }
}
