/** Segments in words, and as what they are recognised by. */
import type { Segment } from "../ddl/plan.ts";
import { canonicalJson } from "../ir/fingerprint.ts";
import { unreachable } from "../util/unreachable.ts";
import { sha256 } from "./hash.ts";

/** What a segment's completion is recognised by. */
export function segmentHash(segment: Segment): string {
  return sha256(canonicalJson([segment.kind, describeSegment(segment), statementsOf(segment)]));
}

/** The statements of a segment, as they are run. */
export function statementsOf(segment: Segment): readonly string[] {
  switch (segment.kind) {
    case "transaction":
    case "rebuild":
      return segment.steps.map(({ sql }) => sql);
    case "autocommit":
      return [segment.step.sql];
    case "backfill":
      return [segment.sql];
    case "data":
      return [];
    default:
      return unreachable(segment);
  }
}

/** What a segment is, in a few words. */
export function describeSegment(segment: Segment): string {
  switch (segment.kind) {
    case "transaction": {
      if (segment.aside === undefined) return "transaction";
      const { columns, types } = segment.aside;
      const places = [
        ...columns.map(({ table, column }) => `"${table}"."${column}"`),
        ...types.map((name) => `"${name}"`),
      ].join(", ");
      return `transaction; views and triggers on ${places} make way and come back`;
    }
    case "rebuild":
      return `rebuild of ${segment.tables.map(({ name }) => `"${name}"`).join(", ")}`;
    case "autocommit":
      return "statement by itself";
    case "backfill":
      return `batches of ${segment.batch} on ${segment.key.map((name) => `"${name}"`).join(", ")}${
        segment.throttle === undefined ? "" : `, rests of ${segment.throttle} times their time`
      }`;
    case "data":
      return `data step "${segment.name}"${segment.resumable ? ", resumable" : ""}`;
    default:
      return unreachable(segment);
  }
}
