import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M167 } from "./model167.ts";
import { M165 } from "./model165.ts";
import { M173 } from "./model173.ts";
import { M159 } from "./model159.ts";

export class M166 extends Model("M166", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft166", "published", "archived"]),
  kind: z.literal("kind166"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a166: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M167, { relatedName: "owned" }) },
  get owned() { return backRef(M165) },
  get peers() { return manyToMany(M173, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M159) },
}) {
  get label() { return this.name.toUpperCase() }
}
