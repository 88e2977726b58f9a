import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M171 } from "./model171.ts";
import { M169 } from "./model169.ts";
import { M177 } from "./model177.ts";
import { M163 } from "./model163.ts";

export class M170 extends Model("M170", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft170", "published", "archived"]),
  kind: z.literal("kind170"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a170: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M171, { relatedName: "owned" }) },
  get owned() { return backRef(M169) },
  get peers() { return manyToMany(M177, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M163) },
}) {
  get label() { return this.name.toUpperCase() }
}
