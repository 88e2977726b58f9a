import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M113 } from "./model113.ts";
import { M111 } from "./model111.ts";
import { M119 } from "./model119.ts";
import { M105 } from "./model105.ts";

export class M112 extends Model("M112", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft112", "published", "archived"]),
  kind: z.literal("kind112"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a112: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M113, { relatedName: "owned" }) },
  get owned() { return backRef(M111) },
  get peers() { return manyToMany(M119, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M105) },
}) {
  get label() { return this.name.toUpperCase() }
}
