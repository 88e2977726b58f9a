import { z } from "zod";
import { backRef, foreignKey, Model, uuidId } from "../support/model.ts";
// biome-ignore lint/suspicious/noImportCycles: the circle is what is tested
import { Agency } from "./a.ts";
// biome-ignore lint/suspicious/noImportCycles: the circle is what is tested
import { Clerk } from "./c.ts";

export class Branch extends Model("Branch", {
  id: uuidId(),
  city: z.string(),
  get chief() {
    return foreignKey(Clerk, { relatedName: "leads", nullable: true });
  },
  get agencies() {
    return backRef(Agency);
  },
}) {}
