import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M165 } from "./model165.ts";
import { M163 } from "./model163.ts";
import { M171 } from "./model171.ts";
import { M157 } from "./model157.ts";

export class M164 extends Model("M164", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft164", "published", "archived"]),
  kind: z.literal("kind164"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a164: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M165, { relatedName: "owned" }) },
  get owned() { return backRef(M163) },
  get peers() { return manyToMany(M171, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M157) },
}) {
  get label() { return this.name.toUpperCase() }
}
