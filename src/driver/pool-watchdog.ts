import { setTimeout as sleep } from "node:timers/promises";
import type { Driver, DriverConnection } from "./driver.ts";
import type { Member } from "./pool-shelf.ts";

export interface WatchdogOptions {
  readonly driver: Driver;
  readonly now: () => number;
  /** Connections on loan. */
  readonly lent: ReadonlySet<Member>;
  /** After this long without a sign of life a running statement is asked about. */
  readonly silenceMs: number;
}

/** How a connection looked when its pulse was last seen to change. */
interface Sighting {
  readonly pulse: number;
  readonly since: number;
}

/**
 * Notices peers that fell silent under a running statement.
 *
 * One timer for the pool looks at all connections on loan, so statements themselves
 * cost nothing. For one that has been silent too long, the server is asked on
 * another connection whether it still works on it; if it does not, or can't be
 * reached, the connection is destroyed, and the statement fails instead of waiting for ever.
 */
export class Watchdog {
  readonly #options: WatchdogOptions;
  readonly #sightings: WeakMap<DriverConnection, Sighting> = new WeakMap();
  readonly #asking: WeakSet<DriverConnection> = new WeakSet();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: WatchdogOptions) {
    this.#options = options;
  }

  /** A connection was lent: looks regularly from now on, until none is. */
  watch(): void {
    if (this.#timer === undefined && this.#options.driver.isWorking !== undefined) {
      this.#timer = setInterval(() => this.#look(), this.#options.silenceMs / 2);
      this.#timer.unref();
    }
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #look(): void {
    const { lent, silenceMs, now } = this.#options;
    if (lent.size === 0) {
      this.stop();
    }
    for (const { connection } of lent) {
      const { pulse } = connection;
      const sighting = this.#sightings.get(connection);
      if (pulse === undefined || pulse !== sighting?.pulse) {
        this.#sightings.set(connection, { pulse: pulse ?? -1, since: now() });
      } else if (now() - sighting.since >= silenceMs && !this.#asking.has(connection)) {
        this.#asking.add(connection);
        void this.#ask(connection, pulse).finally(() => this.#asking.delete(connection));
      }
    }
  }

  async #ask(connection: DriverConnection, pulse: number): Promise<void> {
    const working = await this.#options.driver.isWorking?.(connection).catch(() => true);
    if (working === false) {
      // Its last words may be under way on the other socket, or wait here to be read.
      await sleep(this.#options.silenceMs / 20, undefined, { ref: false });
      if (connection.pulse === pulse) {
        connection.destroy();
      }
    }
  }
}
