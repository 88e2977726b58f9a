/** The user's own Kysely, whose statements run where Ferro's do. */
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from "kysely";
import type { Backend } from "../dialect/dialect.ts";
import { UsageError } from "../errors/errors.ts";
import { fetchForeign } from "../session/raw.ts";
import { type Route, resolveScope } from "../session/scope.ts";
import type { Session } from "../session/session.ts";

/** Where Kysely's statements go. */
export interface KyselyOptions {
  /** A named connection; by default the one that an unqualified call would use here. */
  readonly using?: string | undefined;
  /** A session to run in. */
  readonly session?: Session | undefined;
}

/**
 * A Kysely instance on a connection of Ferro's.
 *
 * Each statement joins the session and the transaction around it when it runs. Rows are those of raw
 * SQL: integers, booleans and bytes as themselves, the rest as text.
 *
 * @typeParam Database - Kysely's tables; `KyselyDatabase` makes them of models.
 * @param options - A named connection or a session.
 * @throws {NoConnectionError} There is no such connection, or no default.
 *
 * @example
 * ```ts
 * import { type KyselyDatabase, kysely } from "ferro-orm/kysely";
 *
 * const db = kysely<KyselyDatabase<{ post: typeof Post }>>();
 * await db.selectFrom("post").select("title").execute();
 * ```
 */
export function kysely<Database>(options: KyselyOptions = {}): Kysely<Database> {
  const { connection } = resolveScope(options);
  const route: Route =
    options.session === undefined ? { using: connection.name } : { session: options.session };
  return new Kysely<Database>({
    dialect: { ...dialects[connection.backend], createDriver: () => new RoutedDriver(route) },
  });
}

const dialects: Readonly<Record<Backend, Omit<Dialect, "createDriver">>> = {
  postgres: {
    createAdapter: () => new PostgresAdapter(),
    createQueryCompiler: () => new PostgresQueryCompiler(),
    createIntrospector: (db) => new PostgresIntrospector(db),
  },
  sqlite: {
    createAdapter: () => new SqliteAdapter(),
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createIntrospector: (db) => new SqliteIntrospector(db),
  },
};

/** Holds no connection: each statement finds its own, as every call of Ferro's does. */
class RoutedDriver implements Driver {
  readonly #connection: DatabaseConnection;

  constructor(route: Route) {
    this.#connection = {
      executeQuery: async <Row>(
        { sql, parameters, query }: CompiledQuery,
        options?: { readonly signal?: AbortSignal },
      ): Promise<QueryResult<Row>> => {
        const reads = query.kind === "SelectQueryNode" || query.kind === "RawNode";
        const signal = options?.signal;
        const { rows, affectedRows } = await fetchForeign(sql, parameters, {
          route,
          reads,
          signal,
          action: "kysely",
        });
        // Rows are what the type that the user gave Kysely says.
        return { rows: rows as Row[], ...(!reads && { numAffectedRows: BigInt(affectedRows) }) };
      },
      streamQuery: () => {
        throw new UsageError("Kysely's stream() does not run on Ferro's connections", {
          hint: "stream a query of a model: for await (const row of Post.where(…).select(…))",
        });
      },
    };
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    return this.#connection;
  }

  async beginTransaction(): Promise<void> {
    throw new UsageError("Kysely's own transaction() would not hold what models do in it", {
      hint: "use transaction() of ferro-orm: Kysely's statements in it are part of it",
    });
  }

  async commitTransaction(): Promise<void> {}

  async rollbackTransaction(): Promise<void> {}

  async releaseConnection(): Promise<void> {}

  /** The connection is Ferro's. */
  async destroy(): Promise<void> {}
}
