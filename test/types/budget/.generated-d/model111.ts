import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M112 } from "./model112.ts";
import { M110 } from "./model110.ts";
import { M118 } from "./model118.ts";
import { M104 } from "./model104.ts";

export class M111 extends Model("M111", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft111", "published", "archived"]),
  kind: z.literal("kind111"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a111: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M112, { relatedName: "owned" }) },
  get owned() { return backRef(M110) },
  get peers() { return manyToMany(M118, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M104) },
}) {
  get label() { return this.name.toUpperCase() }
}
