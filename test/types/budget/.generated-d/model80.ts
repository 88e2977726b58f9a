import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M81 } from "./model81.ts";
import { M79 } from "./model79.ts";
import { M87 } from "./model87.ts";
import { M73 } from "./model73.ts";

export class M80 extends Model("M80", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft80", "published", "archived"]),
  kind: z.literal("kind80"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a80: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M81, { relatedName: "owned" }) },
  get owned() { return backRef(M79) },
  get peers() { return manyToMany(M87, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M73) },
}) {
  get label() { return this.name.toUpperCase() }
}
