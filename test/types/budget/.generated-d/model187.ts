import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M188 } from "./model188.ts";
import { M186 } from "./model186.ts";
import { M194 } from "./model194.ts";
import { M180 } from "./model180.ts";

export class M187 extends Model("M187", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft187", "published", "archived"]),
  kind: z.literal("kind187"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a187: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M188, { relatedName: "owned" }) },
  get owned() { return backRef(M186) },
  get peers() { return manyToMany(M194, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M180) },
}) {
  get label() { return this.name.toUpperCase() }
}
