import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M142 } from "./model142.ts";
import { M140 } from "./model140.ts";
import { M148 } from "./model148.ts";
import { M134 } from "./model134.ts";

export class M141 extends Model("M141", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft141", "published", "archived"]),
  kind: z.literal("kind141"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a141: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M142, { relatedName: "owned" }) },
  get owned() { return backRef(M140) },
  get peers() { return manyToMany(M148, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M134) },
}) {
  get label() { return this.name.toUpperCase() }
}
