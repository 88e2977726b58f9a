/**
 * Versioned migrations: what migration files are written with, and what runs them.
 *
 * @module
 */
export { defineConfig, type FerroConfig } from "./connect/config.ts";
export {
  modelSchema,
  openMigrations,
  planners,
  pullIntoModels,
  type TargetOptions,
  throwawayUrl,
} from "./connect/migrate.ts";
export type { Plan, Segment, Step } from "./ddl/plan.ts";
export type { Blocker, BuildProgress, StatementEffect } from "./dialect/migration.ts";
export type { Answer, Answers, Decision, Operation } from "./ir/migration.ts";
export type { SchemaPayload } from "./ir/schema.ts";
export { compareAgainst, compareDrift, type FoundOperations } from "./migration/adopt.ts";
export {
  autogenerate,
  compareModels,
  describeDecision,
  frozenModels,
  makeRevision,
  type NewRevision,
  type Planner,
  planFiles,
  type RevisionOptions,
  readAnswers,
} from "./migration/autogenerate.ts";
export { type CheckOptions, checkRevisions, type Problem } from "./migration/check.ts";
export { type Conflict, conflictOf, findConflicts } from "./migration/commute.ts";
export type { DataStep, DataStepContext, StepDatabase } from "./migration/data-step.ts";
export { toMermaid, toSvg } from "./migration/diagram.ts";
export { type DiagramPart, partOf } from "./migration/diagram-part.ts";
export {
  type Drift,
  type DriftItem,
  describeDrift,
  findDrift,
  verifyState,
} from "./migration/drift.ts";
export type { Listener, MigrationEvent } from "./migration/events.ts";
export {
  type FiledRevision,
  type RevisionFiles,
  readFolder as readRevisions,
  saveRevision,
} from "./migration/folder.ts";
export { tablesOfFrozen } from "./migration/frozen.ts";
export { forkPoint, type Graph, readGraph, resolveRevision } from "./migration/graph.ts";
export type {
  AppliedRevision,
  Direction,
  LogRow,
  RevisionStatus,
} from "./migration/history.ts";
export { historyTables } from "./migration/history-tables.ts";
export { type CustomFinding, type CustomRule, rule } from "./migration/lint/custom.ts";
export { type FixedRevision, fixRevisions, type LeftFinding } from "./migration/lint/fix.ts";
export {
  type Finding,
  type LintOptions,
  lintRevisions,
  lintRules,
} from "./migration/lint/lint.ts";
export { describeLock, type MeasuredLock } from "./migration/lint/locks.ts";
export { toGithub, toSarif } from "./migration/lint/report.ts";
export type {
  LintContext,
  RawStatement,
  Rule as LintRule,
  RuleDatabase,
  Severity,
} from "./migration/lint/rule.ts";
export { findSmallTables } from "./migration/lint/sizes.ts";
export { destroys, type Loss, type LossyRows, lossesOf } from "./migration/losses.ts";
export { conflictsOf, type FiledConflict, type Merge, mergeHeads } from "./migration/merge.ts";
export { type OpNotes, type Ops, op, type SqlByDatabase } from "./migration/op.ts";
export { type Phase, phaseOf, type RevisionPhase } from "./migration/phase.ts";
export {
  type PreviewedEffect,
  type PreviewedRevision,
  type PreviewedSegment,
  previewRevisions,
} from "./migration/preview.ts";
export type { BatchProgress } from "./migration/progress.ts";
export type { PulledAgain } from "./migration/pull/again.ts";
export type { PullConflict, PullEdit } from "./migration/pull/merge.ts";
export {
  type PulledFile,
  type PulledModels,
  type PullOptions,
  pullModels,
  type Unrepresented,
} from "./migration/pull/pull.ts";
export { type Rehearsal, rehearse } from "./migration/rehearse.ts";
export { migration, type Revision, type RevisionSpec } from "./migration/revision.ts";
export { type Rewrite, rewriteFile } from "./migration/rewrite-file.ts";
export { type ScriptOptions, type ScriptTarget, writeScript } from "./migration/script.ts";
export { describeSegment, statementsOf } from "./migration/segment-text.ts";
export type { Patience } from "./migration/segments.ts";
export { writeOperation } from "./migration/source.ts";
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
export {
  checkSquash,
  type Squash,
  type SquashOptions,
  squashRevisions,
} from "./migration/squash.ts";
export { acceptChange, type StampOptions, stamp } from "./migration/stamp.ts";
export { replay } from "./migration/state.ts";
export { type MigrationStatus, readStatus } from "./migration/status.ts";
export type { MigrationTarget } from "./migration/target.ts";
export { readTargets, type Targets, type TargetVersion } from "./migration/targets.ts";
export {
  type TracedStatement,
  type TracedTable,
  type TraceOptions,
  traceRevisions,
} from "./migration/trace.ts";
export type { TypeSpec } from "./migration/type-text.ts";
export {
  downgrade,
  type HeldRevision,
  type PlannedRevision,
  type RunOptions,
  type RunReport,
  upgrade,
} from "./migration/upgrade.ts";
export { frozenModel } from "./model/model.ts";
export { sql } from "./sql/raw.ts";
