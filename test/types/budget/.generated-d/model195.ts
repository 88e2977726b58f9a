import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M196 } from "./model196.ts";
import { M194 } from "./model194.ts";
import { M2 } from "./model2.ts";
import { M188 } from "./model188.ts";

export class M195 extends Model("M195", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft195", "published", "archived"]),
  kind: z.literal("kind195"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a195: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M196, { relatedName: "owned" }) },
  get owned() { return backRef(M194) },
  get peers() { return manyToMany(M2, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M188) },
}) {
  get label() { return this.name.toUpperCase() }
}
