import type { Duplex } from "node:stream";
import type { PgConnection } from "./pg-internals.ts";

/**
 * Makes an exception in the decoding of the server's data (a text longer than a
 * string can be) end this connection; unguarded it would end the process.
 */
export function guardDecoding(connection: PgConnection): void {
  const attach = connection.attachListeners.bind(connection);
  connection.attachListeners = (stream: Duplex) => {
    const before = new Set(stream.listeners("data"));
    attach(stream);
    for (const listener of stream.listeners("data")) {
      if (before.has(listener)) {
        continue;
      }
      stream.removeListener("data", listener as (chunk: Buffer) => void);
      stream.on("data", (chunk: Buffer) => {
        try {
          listener.call(stream, chunk);
        } catch (error) {
          stream.destroy(error instanceof Error ? error : new Error(String(error)));
        }
      });
    }
  };
}
