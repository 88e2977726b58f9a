import { randomUUID } from "node:crypto";
import { Client } from "pg";

/** A database of its own on the test server; dropped on disposal. */
export interface TemporaryDatabase extends AsyncDisposable {
  readonly url: string;
}

export async function createDatabase(serverUrl: string): Promise<TemporaryDatabase> {
  const name = `doc_${randomUUID().replaceAll("-", "")}`;
  await command(serverUrl, `create database ${name}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    [Symbol.asyncDispose]: () => command(serverUrl, `drop database ${name} with (force)`),
  };
}

async function command(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
