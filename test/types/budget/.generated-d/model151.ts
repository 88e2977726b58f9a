import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M152 } from "./model152.ts";
import { M150 } from "./model150.ts";
import { M158 } from "./model158.ts";
import { M144 } from "./model144.ts";

export class M151 extends Model("M151", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft151", "published", "archived"]),
  kind: z.literal("kind151"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a151: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M152, { relatedName: "owned" }) },
  get owned() { return backRef(M150) },
  get peers() { return manyToMany(M158, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M144) },
}) {
  get label() { return this.name.toUpperCase() }
}
