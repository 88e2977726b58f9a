/**
 * Versioned migrations: what migration files are written with, and what runs them.
 *
 * @module
 */
export type { DataStep, DataStepContext, StepDatabase } from "./migration/data-step.ts";
export { type OpNotes, type Ops, op, type SqlByDatabase } from "./migration/op.ts";
export { migration, type Revision, type RevisionSpec } from "./migration/revision.ts";
export type {
  CheckSpec,
  ColumnSpec,
  ForeignKeySpec,
  IndexSpec,
  SqlText,
  TableSpec,
  UniqueSpec,
  ValueSpec,
} from "./migration/spec.ts";
export type { TypeSpec } from "./migration/type-text.ts";
export { sql } from "./sql/raw.ts";
