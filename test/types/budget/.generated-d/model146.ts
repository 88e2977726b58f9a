import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M147 } from "./model147.ts";
import { M145 } from "./model145.ts";
import { M153 } from "./model153.ts";
import { M139 } from "./model139.ts";

export class M146 extends Model("M146", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft146", "published", "archived"]),
  kind: z.literal("kind146"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a146: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M147, { relatedName: "owned" }) },
  get owned() { return backRef(M145) },
  get peers() { return manyToMany(M153, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M139) },
}) {
  get label() { return this.name.toUpperCase() }
}
