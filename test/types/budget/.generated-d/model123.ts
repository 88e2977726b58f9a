import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M124 } from "./model124.ts";
import { M122 } from "./model122.ts";
import { M130 } from "./model130.ts";
import { M116 } from "./model116.ts";

export class M123 extends Model("M123", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft123", "published", "archived"]),
  kind: z.literal("kind123"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a123: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M124, { relatedName: "owned" }) },
  get owned() { return backRef(M122) },
  get peers() { return manyToMany(M130, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M116) },
}) {
  get label() { return this.name.toUpperCase() }
}
