/** What the history keeps of a revision itself, however it came to be there. */
import type { FiledRevision } from "./folder.ts";
import { opsHash } from "./hash.ts";
import type { NewRevisionRow } from "./history.ts";

type RevisionPart = Pick<
  NewRevisionRow,
  "id" | "parents" | "message" | "opsHash" | "fileHash" | "stateHash"
>;

/** The part of a history row that its revision tells, with the hash of the schema after it. */
export function revisionRow(revision: FiledRevision, stateHash: string): RevisionPart {
  const { id, parents, message, fileHash = null } = revision;
  return { id, parents, message, opsHash: opsHash(revision), fileHash, stateHash };
}
