import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M8 } from "./model8.ts";
import { M6 } from "./model6.ts";
import { M14 } from "./model14.ts";
import { M0 } from "./model0.ts";

export class M7 extends Model("M7", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft7", "published", "archived"]),
  kind: z.literal("kind7"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a7: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M8, { relatedName: "owned" }) },
  get owned() { return backRef(M6) },
  get peers() { return manyToMany(M14, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M0) },
}) {
  get label() { return this.name.toUpperCase() }
}
