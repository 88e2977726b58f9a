/**
 * A dialect is a value that answers questions about one database.
 *
 * Nothing above `dialect/` compares dialect names; it asks the record.
 */
import type { Codec } from "../codec/codec.ts";
import type { DdlDialect } from "../ddl/dialect.ts";
import type { Aside, Plan, PlanOptions, Segment } from "../ddl/plan.ts";
import type { DriverColumn, DriverConnection, DriverValue } from "../driver/driver.ts";
import type { Operation } from "../ir/migration.ts";
import type { SchemaPayload } from "../ir/schema.ts";
import type { StorageType } from "../ir/type.ts";
import type { SqlDialect } from "../sql/dialect.ts";
import type { ExplainDialect } from "./explain.ts";
import type { IntrospectOptions } from "./introspect-options.ts";
import type { Reconcile } from "./reconcile.ts";

/** Which family of databases a connection speaks to. */
export type Backend = "sqlite" | "postgres";

/** Everything Ferro must know about one database. */
export interface Dialect {
  readonly name: Backend;
  /** The codec of a storage type; the same object for equal types, so plans may compare. */
  codec(type: StorageType): Codec;
  /** Encodes an array of values as the one parameter that `in` and `unnest` bind. */
  listEncoder(type: StorageType): (values: readonly unknown[]) => DriverValue;
  /** Writes cells as the one parameter that a bulk insert binds for a column; null where it binds cell by cell. */
  readonly cellList: ((cells: readonly DriverValue[]) => string) | null;
  /** Encodes keys and indexes as the one parameter that says where in JSON to look. */
  jsonPath(keys: readonly (string | number)[]): DriverValue;
  /** Answers for SQL text: quoting, placeholders, casts, operators that differ. */
  readonly sql: SqlDialect;
  /** Answers for DDL: column types, identity, which constraints can be written where. */
  readonly ddl: DdlDialect;
  /** The statements that carry out operations on a database with this schema. */
  plan(before: SchemaPayload, operations: readonly Operation[], options: PlanOptions): Plan;
  /** What makes others' things make way at the beginning of a transaction, and brings them back at its end. */
  setAside(aside: Aside): { readonly before: readonly string[]; readonly after: readonly string[] };
  /** Versions from which on plans may be other ones, the oldest first. */
  readonly planVersions: readonly string[];
  /** Makes a table anew, in a transaction of its own; `record` runs right before it is committed. */
  rebuild(
    connection: DriverConnection,
    segment: Extract<Segment, { kind: "rebuild" }>,
    record: () => void | Promise<void>,
  ): Promise<void>;
  /** What auto-migrate may do to a column of a table that exists. */
  readonly reconcile: Reconcile;
  /** Reads the current schema; in the open transaction, or in one of its own. */
  introspect(connection: DriverConnection, options?: IntrospectOptions): Promise<SchemaPayload>;
  /** Most bind parameters that one statement may hold. */
  readonly maxParameters: number;
  /** Whether statements for many rows bind one array for each column (`unnest`) instead of a value for each cell. */
  readonly bulkInsert: "values" | "unnest";
  /** Answers for plans. */
  readonly explain: ExplainDialect;
  /** Decodes a raw-SQL cell to a primitive close to the wire, by the driver's column type. */
  decodeRaw(value: DriverValue, column: DriverColumn): RawValue;
  /** Encodes a raw-SQL argument; `undefined` when the value has no form. */
  encodeRaw(value: unknown): DriverValue | undefined;
  /** The text that begins a transaction. */
  begin(options: BeginOptions): string;
  /** The text to run once a transaction of this kind has ended, or null. */
  afterTransaction(options: BeginOptions): string | null;
  /**
   * Locks on numbers of a program's own, held until the transaction ends: the statement that waits
   * for one, and the one that answers whether it got it. Null where writers exclude each other anyway.
   */
  readonly advisoryLock: { readonly wait: string; readonly attempt: string } | null;
  /** Whether the server itself waits for locks; otherwise a busy database is asked again. */
  readonly waitsForLocks: boolean;
}

/** How a transaction begins. */
export interface BeginOptions {
  readonly isolation?: string | undefined;
  readonly readOnly: boolean;
  readonly deferrable?: boolean | undefined;
}

/** What raw SQL gives back. */
export type RawValue = string | number | bigint | boolean | Uint8Array | null;
