import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M2 } from "./model2.ts";
import { M0 } from "./model0.ts";
import { M8 } from "./model8.ts";
import { M194 } from "./model194.ts";

export class M1 extends Model("M1", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft1", "published", "archived"]),
  kind: z.literal("kind1"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a1: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M2, { relatedName: "owned" }) },
  get owned() { return backRef(M0) },
  get peers() { return manyToMany(M8, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M194) },
}) {
  get label() { return this.name.toUpperCase() }
}
