/** The one answer to "which connection?", for models, relations, raw SQL, transactions and schema calls alike. */
import { RoutingError, UsageError } from "../errors/errors.ts";
import { ambient } from "./ambient.ts";
import type { Connection, Executor } from "./connection.ts";
import type { IdentityMap } from "./identity-map.ts";
import { defaultConnection, namedConnection } from "./registry.ts";
import type { Via } from "./repeats.ts";
import type { Session } from "./session.ts";
import type { Transaction } from "./transaction.ts";

/** What a call knows about where it should go. */
export interface Route {
  /** A name that the user gave for this call. */
  readonly using?: string | undefined;
  /** A session that the user gave for this call. */
  readonly session?: Session | undefined;
  /** The connection that an instance came from. */
  readonly origin?: Connection | undefined;
  /** The relation that the call is for. */
  readonly via?: Via | undefined;
  /** Leave the transaction around the call out of it. */
  readonly separate?: boolean;
}

/** Where a call goes. */
export interface Scope {
  readonly connection: Connection;
  readonly session: Session | undefined;
  /** The transaction, or the connection's pool. */
  readonly executor: Executor;
  /** The identity map to answer from and to fill; undefined where it is switched off. */
  readonly identity: IdentityMap | undefined;
}

/**
 * Picks the connection: the explicit one, else the transaction's, else the
 * instance's origin, else the ambient session's, else the default.
 *
 * @throws {RoutingError} Two of them disagree.
 * @throws {SessionClosedError} The session around the call, or the given one, is closed.
 * @throws {TransactionClosedError} The transaction around the call has ended.
 * @throws {NoConnectionError} There is no such connection, or no default.
 */
export function resolveScope(route: Route): Scope {
  const around = ambient();
  const transaction = route.separate === true ? undefined : around.transaction;
  if (route.session !== undefined) return explicitSession(route, route.session, transaction);
  // A closed session never falls back to another connection, not even to one that is named.
  around.session?.assertUsable();
  if (transaction !== undefined) return insideTransaction(route, transaction);
  if (route.using !== undefined) {
    const connection = namedConnection(route.using);
    refuseForeignInstance(route.origin, connection);
    return outside(connection, around.session);
  }
  if (route.origin !== undefined) return outside(route.origin, around.session);
  if (around.session !== undefined) return outside(around.session.connection, around.session);
  const connection = defaultConnection();
  connection.noteImplicitUse();
  return outside(connection, undefined);
}

function explicitSession(
  { using, origin }: Route,
  session: Session,
  transaction: Transaction | undefined,
): Scope {
  session.assertUsable();
  const { connection } = session;
  if (using !== undefined && namedConnection(using) !== connection) {
    throw new RoutingError(
      `the call names the connection "${using}" and a session on "${connection.name}"`,
      { hint: "leave one of the two out" },
    );
  }
  refuseForeignInstance(origin, connection);
  if (transaction === undefined) return outside(connection, session);
  transaction.assertOpen();
  if (transaction.connection !== connection) {
    throw new RoutingError(
      `the call names a session on "${connection.name}" inside a transaction on "${transaction.connection.name}"`,
      {
        hint: "everything inside a transaction uses its connection; do other work outside the block",
      },
    );
  }
  return { connection, session, executor: transaction, identity: session.identity };
}

function insideTransaction({ using, origin }: Route, transaction: Transaction): Scope {
  transaction.assertOpen();
  const { connection } = transaction;
  if (using !== undefined && namedConnection(using) !== connection) {
    throw new RoutingError(
      `the call names the connection "${using}" inside a transaction on "${connection.name}"`,
      {
        hint: "everything inside a transaction uses its connection; do other work outside the block",
      },
    );
  }
  if (origin !== undefined && origin !== connection) {
    throw new RoutingError(
      `an instance of the connection "${origin.name}" was used inside a transaction on "${connection.name}"`,
      { hint: "load it inside the transaction" },
    );
  }
  return {
    connection,
    session: transaction.session,
    executor: transaction,
    identity: transaction.identity,
  };
}

/** Outside any transaction. The session counts where it is on the same connection. */
function outside(connection: Connection, session: Session | undefined): Scope {
  const ours = session?.connection === connection ? session : undefined;
  return {
    connection,
    session: ours,
    executor: ours === undefined ? connection : connection.within(ours),
    identity: ours === undefined ? connection.identity : ours.identity,
  };
}

function refuseForeignInstance(origin: Connection | undefined, connection: Connection): void {
  if (origin === undefined || origin === connection) return;
  throw new RoutingError(
    `the instance belongs to the connection "${origin.name}" and was sent to "${connection.name}"`,
    { hint: "load it through the connection that should write it" },
  );
}

/** Refuses a write in a session that was opened for reading. */
export function refuseReadOnly({ session }: Scope, action: string): void {
  if (session?.options.readOnly !== true) return;
  throw new UsageError(`${action} was called in a session that is read-only`, {
    hint: "open the session without readOnly, or write through another one",
  });
}
