/** Plans that differ by the version of the database: the one that fits is chosen where it is run. */
import type { Plan, PlanOptions } from "../ddl/plan.ts";
import { isAtLeast } from "../ddl/version.ts";
import type { Dialect } from "../dialect/dialect.ts";
import type { Operation } from "../ir/migration.ts";
import { sameData } from "../ir/same.ts";
import type { SchemaPayload } from "../ir/schema.ts";

/** A plan, and the version from which on it is taken; null for the oldest. */
export interface PlanVariant {
  readonly since: string | null;
  readonly plan: Plan;
}

/** The plans of a change, the oldest version's first. One, where versions make no difference. */
export function planVariants(
  dialect: Pick<Dialect, "plan" | "planVersions">,
  before: SchemaPayload,
  operations: readonly Operation[],
  options: PlanOptions,
): readonly PlanVariant[] {
  const { oldest, version: chosen = oldest } = options;
  const variants: PlanVariant[] = [
    { since: null, plan: dialect.plan(before, operations, { ...options, version: chosen }) },
  ];
  // Whoever names a version has chosen.
  if (options.version !== undefined) return variants;
  for (const version of dialect.planVersions) {
    if (oldest !== undefined && isAtLeast(oldest, version)) continue;
    const plan = dialect.plan(before, operations, { ...options, version });
    if (!sameData(plan, variants.at(-1)?.plan)) variants.push({ since: version, plan });
  }
  return variants;
}

/** The plan for a version as the database prints it; the oldest version's where that isn't known. */
export function chooseVariant(variants: readonly PlanVariant[], version: string | null): Plan {
  const fits = ({ since }: PlanVariant): boolean =>
    since === null || (version !== null && isAtLeast(version, since));
  const [first] = variants;
  return (variants.findLast(fits) ?? (first as PlanVariant)).plan;
}
