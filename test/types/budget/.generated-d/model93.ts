import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M94 } from "./model94.ts";
import { M92 } from "./model92.ts";
import { M100 } from "./model100.ts";
import { M86 } from "./model86.ts";

export class M93 extends Model("M93", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft93", "published", "archived"]),
  kind: z.literal("kind93"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a93: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M94, { relatedName: "owned" }) },
  get owned() { return backRef(M92) },
  get peers() { return manyToMany(M100, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M86) },
}) {
  get label() { return this.name.toUpperCase() }
}
