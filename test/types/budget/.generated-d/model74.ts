import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M75 } from "./model75.ts";
import { M73 } from "./model73.ts";
import { M81 } from "./model81.ts";
import { M67 } from "./model67.ts";

export class M74 extends Model("M74", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft74", "published", "archived"]),
  kind: z.literal("kind74"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a74: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M75, { relatedName: "owned" }) },
  get owned() { return backRef(M73) },
  get peers() { return manyToMany(M81, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M67) },
}) {
  get label() { return this.name.toUpperCase() }
}
