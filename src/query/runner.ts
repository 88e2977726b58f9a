import type { ModelConstructor, ModelDefinition } from "../definition/definition.ts";
import type { LazyMode } from "../definition/lazy-mode.ts";
import type { Explanation } from "../ir/explanation.ts";
import type {
  CountQuery,
  DeleteQuery,
  ExistsQuery,
  Query,
  SelectQuery,
  UpdateQuery,
} from "../ir/query.ts";
import type { Cell } from "./cursor.ts";
import type { IncludeNode } from "./include.ts";
import type { Picked } from "./nodes.ts";

/** A statement and the values of its slots, in slot order. */
export interface Bound<Kind extends Query> {
  readonly query: Kind;
  readonly values: readonly unknown[];
}

/** What a program may look at without running anything. */
export interface SqlText {
  /** The statement with the database's own placeholders. */
  readonly sql: string;
  /** The bound values, in placeholder order, as the driver gets them. */
  readonly parameters: readonly unknown[];
}

/** What rows of a model are read as: instances of a class, or what is picked. */
export interface RowForm {
  readonly model: ModelDefinition;
  readonly read: ModelConstructor | Picked;
  /** Relations to load with instances. */
  readonly include?: readonly IncludeNode[];
  /** How their other relations are loaded. */
  readonly lazy?: LazyMode | undefined;
}

/** What ends a call before its time. */
export interface QueryLimits {
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number | undefined;
}

/** How rows are streamed; read and checked. */
export interface ReadStreamOptions {
  /** Rows fetched at a time. */
  readonly batchSize: number;
  /** Whether rows that the identity map knows give its objects, and new ones enter it. */
  readonly identityMap: boolean;
  readonly signal: AbortSignal | undefined;
}

/** What a call gives: no promise where the database answers at once, since awaiting one costs more than a call. */
export type Answer<Result> = Result | Promise<Result>;

/** Runs statements for a query builder; knows which connection. Implemented by `session/`. */
export interface QueryRunner {
  /** The connection that the user named. */
  readonly connection: string | undefined;
  /** The same runner, bound to the named connection. */
  using(name: string): QueryRunner;
  /** The same runner, whose calls end with the signal, or after so many milliseconds. */
  limited(limits: QueryLimits): QueryRunner;
  /** Reads rows as instances, and loads relations of theirs. */
  select(bound: Bound<SelectQuery>, form: RowForm): Answer<object[]>;
  /** Reads what is picked of rows of `model`, as plain objects or values. */
  pick(bound: Bound<SelectQuery>, picked: Picked, model: ModelDefinition): Answer<unknown[]>;
  /** Reads rows and, apart from them, their cells: those behind the first `width` are no part of the rows. */
  readWide(
    bound: Bound<SelectQuery>,
    width: number,
    form: RowForm,
  ): Promise<{ readonly rows: unknown[]; readonly cells: readonly Cell[][] }>;
  /** Reads rows step by step; nothing runs before the first is asked for. */
  stream(
    bound: Bound<SelectQuery>,
    form: RowForm,
    options: ReadStreamOptions,
  ): AsyncGenerator<unknown, void, undefined>;
  count(bound: Bound<CountQuery>, model: ModelDefinition): Answer<number>;
  exists(bound: Bound<ExistsQuery>, model: ModelDefinition): Answer<boolean>;
  /** Updates or deletes; gives the number of rows changed. */
  change(bound: Bound<UpdateQuery | DeleteQuery>, model: ModelDefinition): Answer<number>;
  /** Asks the database how it would run the statement; `analyze` has it run as well. */
  explain(bound: Bound<Query>, model: ModelDefinition, analyze: boolean): Promise<Explanation>;
  /** Updates or deletes; gives the rows that were changed, as they are now, or were. */
  changeReturning(bound: Bound<UpdateQuery | DeleteQuery>, form: RowForm): Promise<unknown[]>;
  /** Compiles without running. */
  text(bound: Bound<Query>): SqlText;
}
