import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M195 } from "./model195.ts";
import { M193 } from "./model193.ts";
import { M1 } from "./model1.ts";
import { M187 } from "./model187.ts";

export class M194 extends Model("M194", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft194", "published", "archived"]),
  kind: z.literal("kind194"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a194: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M195, { relatedName: "owned" }) },
  get owned() { return backRef(M193) },
  get peers() { return manyToMany(M1, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M187) },
}) {
  get label() { return this.name.toUpperCase() }
}
