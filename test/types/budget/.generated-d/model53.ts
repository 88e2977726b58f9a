import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M54 } from "./model54.ts";
import { M52 } from "./model52.ts";
import { M60 } from "./model60.ts";
import { M46 } from "./model46.ts";

export class M53 extends Model("M53", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft53", "published", "archived"]),
  kind: z.literal("kind53"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a53: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M54, { relatedName: "owned" }) },
  get owned() { return backRef(M52) },
  get peers() { return manyToMany(M60, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M46) },
}) {
  get label() { return this.name.toUpperCase() }
}
