/** B029 and B032 where they are not met yet; not picked up by vitest. To run: copy beside redaction.test.ts, with its imports. */
import { connect as connectSocket } from "node:net";
import { afterEach, expect, test } from "vitest";
import { connect, fetchOne, resetEngine, transaction } from "../../../../src/index.ts";
import { administer, describeEachDatabase } from "../../../support/databases.ts";
import {
  everythingIn,
  failureOf,
  gate,
  type Listener,
  listen,
  refusalPacket,
  useEngine,
} from "../support.ts";

const secret = "Zq-h4nter/2@x:Zq";
const encoded = encodeURIComponent(secret);

let listener: Listener | undefined;

afterEach(async () => {
  await listener?.close();
  listener = undefined;
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
  "redaction, not met yet",
  (db) => {
    useEngine(db);

    test("B029 RED-01 a URL whose scheme was forgotten fails without its secret", async () => {
      expectClean(await failureOf(connect("app:h4nter@db.example/shop")));
    });

    test.each([secret, encoded, `postgres://app:${encoded}@127.0.0.1/shop`])(
      "B032 RED-04 a server that echoes %s does not get it into the error",
      async (echo) => {
        listener = await refusingServer(`no login for "${echo}"`);

        const url = `postgres://app:${encoded}@127.0.0.1:${listener.port}/shop`;
        const error = await failureOf(connect(url));

        expect(String(error)).toContain("no login for");
        expectClean(error);
      },
    );
  },
  { only: ["node:sqlite memory"], because: "no database is reached" },
);

describeEachDatabase(
  "redaction against a server, not met yet",
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

    test("B032 RED-04 the error of a connection that the pool opens later shows no secret either", async () => {
      await asRole(async (url) => {
        const proxy = await hostileProxy(`password "${secret}" is wrong, "${encoded}"`);
        url.port = String(proxy.port);
        await connect(url.href, { name: "later", pool: { maxConnections: 2 } });
        const release = gate();
        const begun = gate();
        const holding = transaction(
          async () => {
            begun.open();
            await release.opened;
          },
          { using: "later" },
        );
        await begun.opened;
        proxy.turn();

        const error = await failureOf(fetchOne("select 1", [], { using: "later" }));

        release.open();
        await holding;
        expect(String(error)).toContain("is wrong");
        expectClean(error);
      });
    });
  },
  { only: ["postgres"], because: "it is about a server's answers" },
);
