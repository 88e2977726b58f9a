import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M145 } from "./model145.ts";
import { M143 } from "./model143.ts";
import { M151 } from "./model151.ts";
import { M137 } from "./model137.ts";

export class M144 extends Model("M144", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft144", "published", "archived"]),
  kind: z.literal("kind144"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a144: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M145, { relatedName: "owned" }) },
  get owned() { return backRef(M143) },
  get peers() { return manyToMany(M151, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M137) },
}) {
  get label() { return this.name.toUpperCase() }
}
