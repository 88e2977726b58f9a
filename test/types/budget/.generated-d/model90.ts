import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M91 } from "./model91.ts";
import { M89 } from "./model89.ts";
import { M97 } from "./model97.ts";
import { M83 } from "./model83.ts";

export class M90 extends Model("M90", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft90", "published", "archived"]),
  kind: z.literal("kind90"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a90: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M91, { relatedName: "owned" }) },
  get owned() { return backRef(M89) },
  get peers() { return manyToMany(M97, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M83) },
}) {
  get label() { return this.name.toUpperCase() }
}
