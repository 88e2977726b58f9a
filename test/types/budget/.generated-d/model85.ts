import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M86 } from "./model86.ts";
import { M84 } from "./model84.ts";
import { M92 } from "./model92.ts";
import { M78 } from "./model78.ts";

export class M85 extends Model("M85", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft85", "published", "archived"]),
  kind: z.literal("kind85"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a85: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M86, { relatedName: "owned" }) },
  get owned() { return backRef(M84) },
  get peers() { return manyToMany(M92, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M78) },
}) {
  get label() { return this.name.toUpperCase() }
}
