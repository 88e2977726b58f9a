import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M69 } from "./model69.ts";
import { M67 } from "./model67.ts";
import { M75 } from "./model75.ts";
import { M61 } from "./model61.ts";

export class M68 extends Model("M68", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft68", "published", "archived"]),
  kind: z.literal("kind68"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a68: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M69, { relatedName: "owned" }) },
  get owned() { return backRef(M67) },
  get peers() { return manyToMany(M75, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M61) },
}) {
  get label() { return this.name.toUpperCase() }
}
