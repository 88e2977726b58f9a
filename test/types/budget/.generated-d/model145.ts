import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M146 } from "./model146.ts";
import { M144 } from "./model144.ts";
import { M152 } from "./model152.ts";
import { M138 } from "./model138.ts";

export class M145 extends Model("M145", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft145", "published", "archived"]),
  kind: z.literal("kind145"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a145: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M146, { relatedName: "owned" }) },
  get owned() { return backRef(M144) },
  get peers() { return manyToMany(M152, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M138) },
}) {
  get label() { return this.name.toUpperCase() }
}
