import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M134 } from "./model134.ts";
import { M132 } from "./model132.ts";
import { M140 } from "./model140.ts";
import { M126 } from "./model126.ts";

export class M133 extends Model("M133", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft133", "published", "archived"]),
  kind: z.literal("kind133"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a133: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M134, { relatedName: "owned" }) },
  get owned() { return backRef(M132) },
  get peers() { return manyToMany(M140, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M126) },
}) {
  get label() { return this.name.toUpperCase() }
}
