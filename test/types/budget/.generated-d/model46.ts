import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M47 } from "./model47.ts";
import { M45 } from "./model45.ts";
import { M53 } from "./model53.ts";
import { M39 } from "./model39.ts";

export class M46 extends Model("M46", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft46", "published", "archived"]),
  kind: z.literal("kind46"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a46: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M47, { relatedName: "owned" }) },
  get owned() { return backRef(M45) },
  get peers() { return manyToMany(M53, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M39) },
}) {
  get label() { return this.name.toUpperCase() }
}
