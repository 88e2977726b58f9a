import type { ModelDefinition } from "../definition/definition.ts";
import type { DriverResult, Statement } from "../driver/driver.ts";
import type { Lease } from "../driver/pool-lease.ts";
import { TransactionClosedError, UsageError } from "../errors/errors.ts";
import { ambient } from "./ambient.ts";
import type { Connection, Executor } from "./connection.ts";
import { announceQuery } from "./events.ts";
import type { IdentityMap } from "./identity-map.ts";
import { type InstanceMemory, type Memory, rememberInstance } from "./memory.ts";
import { Mutex } from "./mutex.ts";
import type { Scope } from "./scope.ts";
import type { Session } from "./session.ts";

/** What a transaction is opened with. */
export interface TransactionParts {
  readonly connection: Connection;
  readonly lease: Lease;
  readonly session: Session | undefined;
  readonly identity: IdentityMap | undefined;
  readonly parent: Transaction | undefined;
  /** Put each statement in a savepoint of its own, so that a failed one leaves the transaction usable. */
  readonly recoverStatements: boolean;
  readonly readOnly: boolean;
  /** What instances held when this scope began; undefined for one that no program's code runs in. */
  readonly before: Memory | undefined;
  /** The transaction that a separate one was opened inside. */
  readonly enclosing: Transaction | undefined;
}

/**
 * One transaction, or a savepoint inside one: statements run on one physical connection, one at a time.
 *
 * A nested one holds its parent's lock from beginning to end, so that nothing of
 * the parent or of a sibling runs in between and is undone with it.
 */
export class Transaction implements Executor {
  readonly connection: Connection;
  readonly session: Session | undefined;
  readonly identity: IdentityMap | undefined;
  readonly parent: Transaction | undefined;
  readonly lease: Lease;
  readonly recoverStatements: boolean;
  readonly readOnly: boolean;
  readonly before: Memory | undefined;
  readonly enclosing: Transaction | undefined;
  /** Tells where rows were read. */
  readonly place: symbol = Symbol("transaction");
  /** Tables that statements of this scope have written; undefined stands for one that is not known. */
  written: Set<string | undefined> | undefined;
  /** What to call when the transaction is made to fail. */
  #onDoom: Set<(reason: unknown) => void> | undefined;
  readonly #mutex = new Mutex();
  readonly #touched = new Map<object, InstanceMemory>();
  #evicted: Set<ModelDefinition> | undefined;
  readonly #onCommit: (() => void)[] = [];
  readonly #afterCommit: (() => unknown)[] = [];
  readonly #onRollback: (() => void)[] = [];
  #beforeEnd: Set<() => unknown> | undefined;
  #open = true;
  /** Why every further statement fails: a deadline, an abort. */
  #doomed: unknown;
  /** A statement ended the transaction, not the block. */
  #isOver = false;
  #firstFailure: unknown;
  #savepoints = 0;
  #statements = 0;

  constructor(parts: TransactionParts) {
    this.connection = parts.connection;
    this.session = parts.session;
    this.identity = parts.identity;
    this.parent = parts.parent;
    this.lease = parts.lease;
    this.recoverStatements = parts.recoverStatements;
    this.readOnly = parts.readOnly;
    this.before = parts.before;
    this.enclosing = parts.enclosing;
  }

  /** The outermost transaction around this one. */
  get root(): Transaction {
    return this.parent === undefined ? this : this.parent.root;
  }

  /** This transaction as the place where a call goes. */
  get scope(): Scope {
    const { connection, session, identity } = this;
    return { connection, session, executor: this, identity };
  }

  /** Whether work may still come: neither this block nor one around it has ended. */
  get isOpen(): boolean {
    return this.#open && this.parent?.isOpen !== false;
  }

  /** The error of the first statement that failed, for the message when COMMIT turns out to be ROLLBACK. */
  get firstFailure(): unknown {
    return this.#firstFailure;
  }

  /** A savepoint name that no other scope of this transaction has. */
  nextSavepoint(): string {
    const { root } = this;
    root.#savepoints += 1;
    return `ferro_${root.#savepoints}`;
  }

  /**
   * Runs a statement on the transaction's connection, after those asked for before it.
   * Gives no promise where it is its turn and the database answers at once.
   */
  execute(statement: Statement): DriverResult | Promise<DriverResult> {
    const inner = this.innermost();
    if (inner !== this) return inner.execute(statement);
    this.assertOpen();
    if (this.recoverStatements || this.#needsPause() || !this.#mutex.tryLock())
      return this.#executeInTurn(statement);
    const running = announceQuery(this.connection, statement);
    let outcome: DriverResult | Promise<DriverResult>;
    try {
      outcome = this.lease.connection.query(statement);
    } catch (error) {
      running?.end(error);
      this.unlock();
      throw this.#noteFailure(error);
    }
    running?.follow(outcome);
    if (outcome instanceof Promise) return this.#settle(outcome);
    this.#noteEnd();
    this.unlock();
    return outcome;
  }

  async #executeInTurn(statement: Statement): Promise<DriverResult> {
    await this.lock();
    const running = announceQuery(this.connection, statement);
    const outcome = this.#run(statement);
    running?.follow(outcome);
    return this.#settle(outcome);
  }

  /** As `execute`; `around` is told when the statement's turn comes, and awaited before the next one's. */
  async executeAround(
    statement: Statement,
    around: { started(): void; ended(): Promise<void> },
  ): Promise<DriverResult> {
    const inner = this.innermost();
    if (inner !== this) return inner.executeAround(statement, around);
    await this.lock();
    const run = async () => {
      around.started();
      try {
        const running = announceQuery(this.connection, statement);
        const outcome = this.#run(statement);
        running?.follow(outcome);
        return await outcome;
      } finally {
        await around.ended();
      }
    };
    return this.#settle(run());
  }

  /** Runs `work` on the transaction's connection when it is its turn, as `execute` does. */
  async inTurn<Result>(work: () => Result | Promise<Result>): Promise<Result> {
    const inner = this.innermost();
    if (inner !== this) return inner.inTurn(work);
    await this.lock();
    return this.#settle((async () => work())());
  }

  /** Calls `work` when the block has ended, before the commit or rollback; gives what takes it back. */
  beforeEnd(work: () => unknown): () => boolean {
    this.#beforeEnd ??= new Set();
    const calls = this.#beforeEnd;
    calls.add(work);
    return () => calls.delete(work);
  }

  async #settle<Result>(outcome: Promise<Result>): Promise<Result> {
    try {
      const result = await outcome;
      this.#noteEnd();
      return result;
    } catch (error) {
      throw this.#noteFailure(error);
    } finally {
      this.unlock();
    }
  }

  /** The reason to give: that of the whole transaction, where it was made to fail. */
  #noteFailure(error: unknown): unknown {
    this.root.#firstFailure ??= error;
    this.#noteEnd();
    return this.root.#doomed ?? error;
  }

  /** Looks whether the last statement ended the transaction by itself, before the next one has its turn: that would run outside. */
  #noteEnd(): void {
    this.root.#isOver ||= this.lease.connection.state === "idle";
  }

  /** Takes the transaction for one statement, or for a nested scope. */
  async lock(): Promise<void> {
    this.assertOpen();
    if (!this.#mutex.tryLock()) await this.#mutex.lock();
    const pause = this.lease.pause?.();
    if (pause !== undefined) await pause;
    if (!this.isOpen || this.root.#doomed !== undefined || this.root.#isOver) {
      this.#mutex.unlock();
      this.assertOpen();
    }
  }

  unlock(): void {
    this.#mutex.unlock();
  }

  /** Asked for each statement, and the clock for every fourth: reading it takes a while. */
  #needsPause(): boolean {
    this.#statements += 1;
    return this.#statements % 4 === 0 && this.lease.pause?.() !== undefined;
  }

  /** Refuses what arrives after the end. */
  assertOpen(): void {
    if (this.root.#doomed !== undefined) throw this.root.#doomed;
    this.session?.signal?.throwIfAborted();
    if (this.root.#isOver) throw endedInside(this.root.#firstFailure);
    if (this.isOpen) return;
    throw new TransactionClosedError("the transaction has ended", {
      hint: "await everything that belongs to a transaction inside its block",
    });
  }

  /** The outcome of a block, or the reason that the transaction is made to fail with, whichever comes first. */
  orDoom<Result>(block: Promise<Result>): Promise<Result> {
    const { root } = this;
    return new Promise((resolve, reject) => {
      if (root.#doomed !== undefined) reject(root.#doomed);
      root.#onDoom ??= new Set();
      const rejects = root.#onDoom;
      rejects.add(reject);
      const ended = () => rejects.delete(reject);
      block.then(
        (result) => {
          ended();
          resolve(result);
        },
        (error: unknown) => {
          ended();
          reject(error);
        },
      );
    });
  }

  /** Lets running work finish and refuses what comes later; gives no promise where nothing runs. */
  end(): Promise<void> | undefined {
    this.#open = false;
    return this.#beforeEnd === undefined && this.#mutex.tryLock() ? undefined : this.#end();
  }

  async #end(): Promise<void> {
    await this.#mutex.lock();
    for (const work of this.#beforeEnd ?? []) await work();
    this.#beforeEnd?.clear();
  }

  /** Makes every further statement fail with `reason`, and stops the one that runs. */
  setDoom(reason: unknown): void {
    this.root.#doomed ??= reason;
    for (const reject of this.root.#onDoom ?? []) reject(reason);
  }

  /** The reason it was made to fail; undefined while it may go on. */
  get doom(): unknown {
    return this.root.#doomed;
  }

  /** Calls `work` once the outermost transaction is committed; never when it is rolled back. */
  afterCommit(work: () => unknown): void {
    const inner = this.innermost();
    inner.assertOpen();
    inner.#afterCommit.push(work);
  }

  /** Whether something is to be called after the commit. */
  get hasAfterCommit(): boolean {
    return this.#afterCommit.length > 0;
  }

  /** What to call after the commit; empties the list. */
  takeAfterCommit(): (() => unknown)[] {
    return this.#afterCommit.splice(0);
  }

  /** Calls `undo` if this scope, or one around it, is rolled back; the last one first. */
  onRollback(undo: () => void): void {
    this.#onRollback.push(undo);
  }

  /** Calls `work` when the outermost transaction is committed, before anyone is told. */
  onCommit(work: () => void): void {
    this.#onCommit.push(work);
  }

  /** Does what was to be done on commit. */
  committed(): void {
    for (const work of this.#onCommit.splice(0)) work();
  }

  /**
   * Notes how an instance stands, before this transaction changes it for the first time.
   *
   * @param changed - Positions of the columns that are not what its row holds, where that is known.
   */
  remember(instance: object, changed?: readonly number[]): void {
    if (this.#touched.has(instance)) return;
    const contents = this.before?.hasShallow === true;
    this.#touched.set(instance, rememberInstance(instance, contents, changed));
  }

  /** Notes that a model's instances were taken out of the identity map. */
  noteEvicted(model: ModelDefinition): void {
    this.#evicted ??= new Set();
    this.#evicted.add(model);
  }

  /** Puts instances back to how they stood before this scope, and takes everything out of the identity map. */
  restore(): void {
    for (const undo of this.#onRollback.splice(0).reverse()) undo();
    this.before?.restore(this.#touched, this.#evicted ?? new Set());
    this.#touched.clear();
    this.#evicted = undefined;
  }

  /** Gives the parent what this scope did, when it is released into it. */
  mergeIntoParent(): void {
    const { parent } = this;
    if (parent === undefined) return;
    for (const [instance, memory] of this.#touched) {
      if (!parent.#touched.has(instance)) parent.#touched.set(instance, memory);
    }
    for (const model of this.#evicted ?? []) parent.noteEvicted(model);
    parent.#onCommit.push(...this.#onCommit);
    for (const work of this.takeAfterCommit()) parent.#afterCommit.push(work);
    parent.#onRollback.push(...this.#onRollback.splice(0));
  }

  async #run(statement: Statement): Promise<DriverResult> {
    const { connection } = this.lease;
    if (!this.recoverStatements) return connection.query(statement);
    const savepoint = this.nextSavepoint();
    await connection.script(`savepoint ${savepoint}`);
    try {
      const result = await connection.query(statement);
      await connection.script(`release savepoint ${savepoint}`);
      return result;
    } catch (error) {
      if (connection.state !== "broken") {
        await connection.script(
          `rollback to savepoint ${savepoint}; release savepoint ${savepoint}`,
        );
      }
      throw error;
    }
  }

  /** The scope that the running code is in, when that is inside this one: an outer handle used there belongs there. */
  innermost(): Transaction {
    const { transaction } = ambient();
    for (let scope = transaction; scope !== undefined; scope = scope.parent) {
      if (scope === this) return transaction as Transaction;
    }
    return this;
  }
}

/** What a block is told in which a statement, such as COMMIT, ended the transaction. */
export function endedInside(cause?: unknown): UsageError {
  return new UsageError("the transaction was ended by a statement inside its block", {
    hint: "leave COMMIT and ROLLBACK to transaction(): return to commit, throw to roll back",
    ...(cause !== undefined && { cause }),
  });
}
