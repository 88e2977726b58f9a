import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M89 } from "./model89.ts";
import { M87 } from "./model87.ts";
import { M95 } from "./model95.ts";
import { M81 } from "./model81.ts";

export class M88 extends Model("M88", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft88", "published", "archived"]),
  kind: z.literal("kind88"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a88: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M89, { relatedName: "owned" }) },
  get owned() { return backRef(M87) },
  get peers() { return manyToMany(M95, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M81) },
}) {
  get label() { return this.name.toUpperCase() }
}
