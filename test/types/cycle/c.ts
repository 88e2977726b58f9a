import { z } from "zod";
import { backRef, bigintId, foreignKey, Model } from "../support/model.ts";
import { Agency } from "./a.ts";
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
