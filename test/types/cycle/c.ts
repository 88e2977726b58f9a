import { z } from "zod";
import { backRef, bigintId, foreignKey, Model } from "../support/model.ts";
// biome-ignore lint/suspicious/noImportCycles: the circle is what is tested
import { Agency } from "./a.ts";
// biome-ignore lint/suspicious/noImportCycles: the circle is what is tested
import { Branch } from "./b.ts";

export class Clerk extends Model("Clerk", {
  id: bigintId(),
  name: z.string(),
  get agency() {
    return foreignKey(Agency, { relatedName: "clerks" });
  },
  get leads() {
    return backRef(Branch);
  },
}) {}
