/** What tells whether a revision that was applied has been changed since. */
import { createHash } from "node:crypto";
import { canonicalJson } from "../ir/fingerprint.ts";
import type { Operation } from "../ir/migration.ts";
import { normaliseCode } from "../util/tokens.ts";
import { stepOf } from "./data-step.ts";
import type { Revision } from "./revision.ts";

/**
 * The hash of what a revision does: its operations and the code of its data steps.
 *
 * Comments, layout, line ends and the words of reasons (`destructive`, `allow`) and `elidable` are not part of it.
 */
export function opsHash({ up, down }: Pick<Revision, "up" | "down">): string {
  const data = { up: up.map(essence), down: down === "auto" ? down : down.map(essence) };
  const code = [...up, ...(down === "auto" ? [] : down)].map((operation) => {
    const step = stepOf(operation);
    return step === undefined ? "" : normaliseCode(String(step));
  });
  return sha256(`${canonicalJson(data)}\n${code.join("\n")}`);
}

/** The hash of a file's text; line ends don't count. */
export function fileHash(text: string): string {
  return sha256(text.replaceAll("\r\n", "\n"));
}

/** SHA-256 in hexadecimal. */
export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function essence(operation: Operation): object {
  const { destructive: _, allow: __, elidable: ___, ...rest } = { elidable: false, ...operation };
  return rest;
}
