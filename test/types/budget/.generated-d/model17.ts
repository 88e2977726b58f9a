import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M18 } from "./model18.ts";
import { M16 } from "./model16.ts";
import { M24 } from "./model24.ts";
import { M10 } from "./model10.ts";

export class M17 extends Model("M17", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft17", "published", "archived"]),
  kind: z.literal("kind17"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a17: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M18, { relatedName: "owned" }) },
  get owned() { return backRef(M16) },
  get peers() { return manyToMany(M24, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M10) },
}) {
  get label() { return this.name.toUpperCase() }
}
