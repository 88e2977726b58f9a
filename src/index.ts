/**
 * Ferro: models that are one class made of Zod schemas, on SQLite and PostgreSQL.
 *
 * @module
 */
export { Decimal } from "./codec/decimal.ts";
export { createTables, type MigrateOptions, migrate } from "./connect/auto-migrate.ts";
export type { MigrationsAtConnect } from "./connect/boot-options.ts";
export {
  type ConnectOptions,
  checkConnection,
  connect,
  disconnect,
  type EvictOptions,
  evictInstance,
  resetEngine,
  setDefaultConnection,
} from "./connect/connect.ts";
export type { PoolOptions } from "./connect/pools.ts";
export {
  array,
  bigintId,
  bytes,
  decimal,
  field,
  foreignKey,
  id,
  json,
  manyToMany,
  namedEnum,
  raw,
  rowVersion,
  timestamps,
  uuidId,
} from "./definition/field.ts";
export { shape } from "./definition/shape.ts";
export type {
  ArrayField,
  BackRefField,
  BackRefViewField,
  BytesField,
  ColumnField,
  DecimalField,
  FerroTypeError,
  ForeignKeyField,
  JsonField,
  ManyToManyField,
  NamedEnumField,
  RawField,
} from "./definition/types.ts";
export type { Backend } from "./dialect/dialect.ts";
export type { PoolStats } from "./driver/pool-lease.ts";
export { FerroError } from "./errors/base.ts";
export {
  CheckViolationError,
  CommitOutcomeUnknownError,
  ConnectionError,
  ConnectionLostError,
  DatabaseError,
  DeadlockError,
  ForeignKeyViolationError,
  InvalidCursorError,
  MigrationError,
  ModelDoesNotExistError,
  MultipleResultsError,
  NoConnectionError,
  NotNullViolationError,
  PoolTimeoutError,
  QueryCancelledError,
  QueryTimeoutError,
  RelationError,
  RoutingError,
  SchemaError,
  SerializationError,
  SessionClosedError,
  StaleObjectError,
  TransactionAbortedError,
  TransactionClosedError,
  UniqueViolationError,
  UsageError,
  ValidationError,
  type ValidationIssue,
} from "./errors/errors.ts";
export {
  DecisionNeededError,
  DestructiveChangeError,
  HistoryChangedError,
  type HistoryFault,
  MigrationLockError,
  PartlyAppliedError,
  PendingMigrationsError,
  RevisionConflictError,
  RevisionError,
  type RevisionFault,
  SchemaDriftError,
  VersionedDatabaseError,
} from "./errors/migration.ts";
export type { Explanation, PlanStep } from "./ir/explanation.ts";
export type { MigrateReport } from "./migration/migrate.ts";
export { type BackRefOptions, backRef } from "./model/back-ref.ts";
export { type Engines, engines, type ModelSession as Session } from "./model/engines.ts";
export { Model } from "./model/model.ts";
export { clearModels as clearRegistry } from "./model/registry.ts";
export type { Entity, ModelClass, ModelOptions } from "./model/types.ts";
export type {
  BulkConflict,
  BulkCreateOptions,
  BulkUpdateOptions,
  ConflictUpdate,
  FindOrCreateOptions,
  Upserted,
  UpsertOptions,
  WriteOptions,
} from "./model/write-types.ts";
export type {
  AggregateOptions,
  GroupedSelection,
  Groups,
  Window,
  WindowAggregate,
  WindowFrame,
  WindowFunction,
} from "./query/aggregate-types.ts";
export type { CteOptions, CteStepOptions } from "./query/cte-types.ts";
export {
  and,
  avg,
  type Case,
  caseWhen,
  count,
  denseRank,
  exists,
  firstValue,
  lag,
  lastValue,
  lead,
  max,
  min,
  not,
  notExists,
  now,
  or,
  rank,
  recursive,
  rowNumber,
  scalar,
  skip,
  sum,
} from "./query/door.ts";
export type { Expression, Order, OrderOptions, Predicate, Skip } from "./query/expression-types.ts";
export { type FullText, type FullTextOptions, fullText } from "./query/full-text-door.ts";
export type { BesideOptions, Joined } from "./query/join-types.ts";
export type { MatchOptions, Span } from "./query/method-types.ts";
export type { Page, PageOptions } from "./query/page-types.ts";
export { cte, except, from, intersect, union, unionAll } from "./query/rows-door.ts";
export type { GroupedRows, RowAggregates, RowGroups, Rows } from "./query/rows-types.ts";
export type { Selection } from "./query/selection-types.ts";
export { type QueryFragment, sql } from "./query/sql-door.ts";
export type { Recursive, Tree, TreeLink, TreeOptions } from "./query/tree-types.ts";
export type {
  CompiledQuery,
  Condition,
  ExplainOptions,
  Lazy,
  Links,
  LockOptions,
  Query,
  Related,
  StreamOptions,
} from "./query/types.ts";
export {
  type AdvisoryLockOptions,
  type AdvisoryLockOutcome,
  advisoryLock,
  tryAdvisoryLock,
} from "./session/advisory.ts";
export type { Connection, ImplicitRouting } from "./session/connection.ts";
export type { ConnectEvent, QueryEndEvent, QueryEvent } from "./session/events.ts";
export { fullTextSql } from "./session/full-text.ts";
export { type TransactionHandle, transaction } from "./session/handle.ts";
export type { RawOptions } from "./session/raw.ts";
export { execute, fetchAll, fetchOne, type SchemaOptions } from "./session/raw-api.ts";
export type { RawRow, RowSchema } from "./session/raw-rows.ts";
export type { SessionOptions } from "./session/session.ts";
export type { LogOptions } from "./session/statement-log.ts";
export type { IsolationLevel, TransactionOptions } from "./session/transaction-options.ts";
export { ModelSql, SqlFragment } from "./sql/raw.ts";
export { version } from "./util/version.ts";
