/** B029..B035: no secret in errors, warnings, logs or inspections. The redacting functions are in test/unit/connect. */
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { connect as connectSocket } from "node:net";
import { afterEach, expect, test, vi } from "vitest";
import { redactUrl } from "../../../src/connect/redact.ts";
import {
  ConnectionError,
  connect,
  engines,
  execute,
  FerroError,
  fetchOne,
  resetEngine,
  transaction,
} from "../../../src/index.ts";
import { administer, describeEachDatabase } from "../../support/databases.ts";
import {
  everythingIn,
  failureOf,
  gate,
  Item,
  type Listener,
  listen,
  refusalPacket,
  useEngine,
} from "./support.ts";

const secret = "Zq-h4nter/2@x:Zq";
const encoded = encodeURIComponent(secret);

let listener: Listener | undefined;

afterEach(async () => {
  await listener?.close();
  listener = undefined;
  vi.restoreAllMocks();
});

function expectClean(value: unknown): void {
  const text = everythingIn(value);
  expect(text).not.toContain(secret);
  expect(text).not.toContain(encoded);
  expect(text).not.toContain("h4nter");
}

/** A server that asks for nothing and refuses with a message of our choice. */
function refusingServer(message: string): Promise<Listener> {
  return listen((socket) => {
    socket.on("data", (packet) => {
      const wantsTls = packet.length === 8 && packet.readInt32BE(4) === 80877103;
      if (wantsTls) socket.write("N");
      else socket.end(refusalPacket(message));
    });
  });
}

describeEachDatabase(
  "redaction",
  (db) => {
    useEngine(db);

    test.each([
      `postgres://app:${encoded}@127.0.0.1:1/shop`,
      `postgres://app:${secret}@127.0.0.1:1/shop`,
      `postgresql://127.0.0.1:1/shop?user=app&password=${encoded}`,
      `postgres://app:${encoded}@127.0.0.1:1/shop?sslmode=nonsense`,
      `postgres://app:${encoded}@127.0.0.1:1/shop?api_key=${encoded}`,
      `postgres://app:${encoded}@127.0.0.1:99999/shop`,
      `mysql://app:${encoded}@db/shop`,
      `sqlite:/nowhere/x.db?mode=rw&password=${encoded}`,
      `sqlite:/nowhere/x.db?service_role=${encoded}`,
      `pglite:/tmp/x?token=${encoded}`,
      `app:${encoded}@db.example/x`,
      `app:${secret}@db.example/x`,
      `postgres:${encoded}@db.example/x`,
      `//app:${encoded}@db.example/x`,
      `app:${encoded}`,
      `host=db.example user=app password=${encoded}`,
    ])("B029 RED-01 %s fails without its secret", async (url) => {
      const error = await failureOf(connect(url));

      expect(error).toBeInstanceOf(FerroError);
      expectClean(error);
    });

    test("B030 RED-02 the password is replaced; user, host, port and database stay readable", async () => {
      listener = await refusingServer("go away");

      const url = `postgres://app:${encoded}@127.0.0.1:${listener.port}/shop`;
      const error = await failureOf(connect(url));

      expect(error).toBeInstanceOf(ConnectionError);
      expect(String(error)).toContain(`postgres://app:<redacted>@127.0.0.1:${listener.port}/shop`);
      expect(String(error)).toContain("go away");
    });

    test("B031 RED-03 values of telling query keys are replaced, the others stay", async () => {
      const keys = ["passwd", "PWD", "Secret", "xTOKENx", "apikey", "api_key", "service_role_key"];
      for (const key of keys) {
        const error = await failureOf(
          connect(`postgres://app@127.0.0.1:1/shop?${key}=${encoded}&application_name=visible`),
        );
        expect(String(error)).toContain(`${key}=<redacted>`);
        expect(String(error)).toContain("application_name=visible");
        expectClean(error);
      }
    });

    test.each([secret, encoded, `postgres://app:${encoded}@127.0.0.1/shop`])(
      "B032 RED-04 a server that echoes %s does not get it into the error's message",
      async (echo) => {
        listener = await refusingServer(`no login for "${echo}"`);

        const url = `postgres://app:${encoded}@127.0.0.1:${listener.port}/shop`;
        const error = await failureOf(connect(url));

        expect(String(error)).toContain("no login for");
        expectClean(error);
      },
    );

    test("B033 RED-05 SQLite URLs are redacted too", async () => {
      const error = await failureOf(connect(`sqlite:x.db?password=${encoded}&apikey=${encoded}`));

      expect(String(error)).toContain("sqlite:x.db?password=<redacted>&apikey=<redacted>");
      expectClean(error);
    });

    test("B035 RED-07 BEYOND: passwords with a raw @, : or / and percent-encoded ones are hidden", async () => {
      for (const raw of ["p@h4nter", "p:h4nter", "p/h4nter", "p@q:r/h4nter", "h4nter%40x"]) {
        const error = await failureOf(connect(`postgres://app:${raw}@127.0.0.1:1/shop`));
        expectClean(error);
        expect(String(error)).not.toContain(raw);
      }
    });
  },
  { only: ["node:sqlite memory"], because: "no database is reached" },
);

describeEachDatabase("news of connections", (db) => {
  const engine = useEngine(db);

  test("B034 RED-06 a connection that opened is announced with its name and the redacted URL", async () => {
    const seen: unknown[] = [];
    const listen = (message: unknown) => seen.push(message);
    subscribe("ferro:connect", listen);
    try {
      await engine.open({ name: "first" });
      await engine.open({ name: "first" }); // the same again: nothing is opened
      await failureOf(connect("sqlite:/nowhere/x.db?mode=rw&password=h4nter"));
    } finally {
      unsubscribe("ferro:connect", listen);
    }

    expect(seen).toEqual([{ connection: "first", url: redactUrl(engine.url("a")) }]);
    expectClean(seen);
  });
});

describeEachDatabase("silence", (db) => {
  const engine = useEngine(db);

  test("B034 RED-06 connecting and working prints nothing", async () => {
    const written: unknown[] = [];
    const note = (chunk: unknown) => {
      written.push(chunk);
      return true;
    };
    vi.spyOn(process.stdout, "write").mockImplementation(note);
    vi.spyOn(process.stderr, "write").mockImplementation(note);
    for (const method of ["log", "info", "warn", "error", "debug"] as const) {
      vi.spyOn(console, method).mockImplementation(note);
    }

    await engine.open();
    await engines.session(async () => {
      await Item.create({ name: "x" });
    });
    await failureOf(connect("sqlite:/nowhere/x.db?mode=rw"));

    expect(written).toEqual([]);
  });
});

describeEachDatabase(
  "redaction against a server",
  (db) => {
    const engine = useEngine(db);

    /** Between us and the server: passes everything on until told to refuse with a message. */
    async function hostileProxy(message: string): Promise<{ port: number; turn(): void }> {
      let hostile = false;
      const server = new URL(db.url);
      listener = await listen((socket) => {
        if (hostile) {
          socket.on("data", (packet) => {
            const wantsTls = packet.length === 8 && packet.readInt32BE(4) === 80877103;
            if (wantsTls) socket.write("N");
            else socket.end(refusalPacket(message));
          });
          return;
        }
        const behind = connectSocket(Number(server.port), server.hostname);
        behind.on("error", () => socket.destroy());
        socket.on("close", () => behind.destroy());
        behind.on("close", () => socket.destroy());
        socket.pipe(behind).pipe(socket);
      });
      return {
        port: listener.port,
        turn: () => {
          hostile = true;
        },
      };
    }

    test.each([secret, encoded])(
      "B032 RED-04 a server that echoes %s later, when the pool opens a connection, is redacted as well",
      async (echo) => {
        const proxy = await hostileProxy(`no login for "${echo}"`);
        await asRole(async (url) => {
          url.hostname = "127.0.0.1";
          url.port = String(proxy.port);
          await connect(url.href, { name: "later", pool: { maxConnections: 2 } });
          proxy.turn();
          const [begun, done] = [gate(), gate()];
          const holding = transaction(
            async () => {
              begun.open();
              await done.opened;
            },
            { using: "later" },
          );
          await begun.opened;
          const error = await failureOf(fetchOne("select 1", [], { using: "later" }));
          done.open();
          await holding;
          expect(String(error)).toContain("no login for");
          expectClean(error);
        });
      },
    );

    test("B032 RED-04 so is a statement's error that holds it", async () => {
      await asRole(async (url) => {
        await connect(url.href, { name: "statement" });
        for (const text of [secret, encoded]) {
          const error = await failureOf(
            execute(
              `do $$ begin raise exception 'seen: ${text.replaceAll("%", "%%")}'; end $$`,
              [],
              {
                using: "statement",
              },
            ),
          );
          expect(String(error)).toContain("seen: ");
          expectClean(error);
        }
      });
    });

    async function asRole<Result>(work: (url: URL) => Promise<Result>): Promise<Result> {
      const role = `redact_${process.pid}`;
      await administer(`create role ${role} login password '${secret}'`);
      try {
        const url = new URL(engine.url());
        url.username = role;
        url.password = encoded;
        return await work(url);
      } finally {
        await resetEngine();
        await administer(`drop role ${role}`);
      }
    }

    test("B029 RED-01 a refused login, a connection and a session show no secret", async () => {
      await asRole(async (url) => {
        const wrong = new URL(url);
        wrong.password = `${encoded}wrong`;
        const error = await failureOf(connect(wrong.href));
        expect(error).toBeInstanceOf(ConnectionError);
        // A pooler logs in by SCRAM, and says so.
        expect(String(error)).toMatch(
          db.pooled ? /SASL authentication failed/ : /password authentication failed/,
        );
        expectClean(error);

        const connection = await connect(url.href, { name: "secretive" });
        expectClean(connection);
        expectClean(engines.session("secretive"));
        await engines.session("secretive", async (session) => expectClean(session));
        await connection.close();
        expectClean(await failureOf(connection.ping()));
        expect(JSON.parse(JSON.stringify(connection))).toEqual({
          name: "secretive",
          backend: "postgres",
        });
      });
    });
  },
  { only: ["postgres"], because: "it is about a server's answers" },
);
