/** A TCP proxy before PostgreSQL that can fall silent, hang up, or be cut at any message. */
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

export type Direction = "toServer" | "toClient";

/** One message of the protocol; the start-up packet has no type. */
export interface ProxyMessage {
  readonly direction: Direction;
  readonly type: string;
  readonly body: Buffer;
}

/** What becomes of a message: "cut" hangs up on both sides instead of passing it on. */
export type Verdict = "pass" | "cut";

export interface Proxy extends AsyncDisposable {
  /** The URL that was given, through the proxy. */
  readonly url: string;
  /** Open pairs of sockets. */
  readonly open: number;
  /** Sees every message; by default all pass. */
  judge: (message: ProxyMessage) => Verdict;
  /** Connections that are open now fall silent for good: nothing passes, nobody is told. */
  freeze(): void;
  /** Hangs up on everybody who is connected now. */
  cut(): void;
  /** Hangs up on everybody who comes from now on. */
  refuse(): void;
}

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
  frozen: boolean;
}

export async function startProxy(url: string): Promise<Proxy> {
  const target = new URL(url);
  const pairs = new Set<Pair>();
  let refusing = false;

  const listener = createServer((client) => {
    if (refusing) {
      client.destroy();
      return;
    }
    const server = connect(Number(target.port), target.hostname);
    const pair: Pair = { client, server, frozen: false };
    pairs.add(pair);
    forward(pair, "toServer");
    forward(pair, "toClient");
  });

  const end = (pair: Pair): void => {
    pairs.delete(pair);
    pair.client.destroy();
    pair.server.destroy();
  };

  function forward(pair: Pair, direction: Direction): void {
    const [from, to] =
      direction === "toServer" ? [pair.client, pair.server] : [pair.server, pair.client];
    const messages = new MessageReader(direction);
    from.setNoDelay(true);
    from.on("data", (chunk: Buffer) => {
      for (const { type, body, bytes } of messages.read(chunk)) {
        if (pair.frozen || !pairs.has(pair)) return;
        if (proxy.judge({ direction, type, body }) === "cut") {
          end(pair);
          return;
        }
        to.write(bytes);
      }
    });
    from.on("error", () => {});
    from.on("close", () => {
      if (!pair.frozen) end(pair);
    });
  }

  listener.listen(0, "127.0.0.1");
  await once(listener, "listening");
  const address = listener.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const own = new URL(url);
  own.hostname = "127.0.0.1";
  own.port = String(address.port);
  own.searchParams.set("sslmode", "disable");

  const proxy: Proxy = {
    url: own.href,
    get open() {
      return pairs.size;
    },
    judge: () => "pass",
    freeze: () => {
      for (const pair of pairs) pair.frozen = true;
    },
    cut: () => {
      for (const pair of pairs) end(pair);
    },
    refuse: () => {
      refusing = true;
    },
    async [Symbol.asyncDispose]() {
      for (const pair of pairs) end(pair);
      listener.close();
      await once(listener, "close");
    },
  };
  return proxy;
}

/** Cuts a stream into messages, whatever chunks it comes in. */
class MessageReader {
  #rest = Buffer.alloc(0);
  #hasType: boolean;

  constructor(direction: Direction) {
    this.#hasType = direction === "toClient";
  }

  *read(chunk: Buffer): Generator<{ type: string; body: Buffer; bytes: Buffer }> {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    for (;;) {
      const head = this.#hasType ? 1 : 0;
      if (this.#rest.length < head + 4) return;
      const end = head + this.#rest.readInt32BE(head);
      if (this.#rest.length < end) return;
      const bytes = this.#rest.subarray(0, end);
      const type = this.#hasType ? bytes.toString("latin1", 0, 1) : "";
      this.#rest = this.#rest.subarray(end);
      this.#hasType = true;
      yield { type, body: bytes.subarray(head + 4), bytes };
    }
  }
}

/** Whether a message asks the server to run `sql`, whichever protocol it uses. */
export function asksFor({ direction, type, body }: ProxyMessage, sql: string): boolean {
  return (
    direction === "toServer" &&
    (type === "P" || type === "Q") &&
    body.toString("utf8").toLowerCase().includes(sql)
  );
}
