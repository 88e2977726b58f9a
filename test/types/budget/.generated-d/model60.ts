import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M61 } from "./model61.ts";
import { M59 } from "./model59.ts";
import { M67 } from "./model67.ts";
import { M53 } from "./model53.ts";

export class M60 extends Model("M60", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft60", "published", "archived"]),
  kind: z.literal("kind60"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a60: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M61, { relatedName: "owned" }) },
  get owned() { return backRef(M59) },
  get peers() { return manyToMany(M67, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M53) },
}) {
  get label() { return this.name.toUpperCase() }
}
