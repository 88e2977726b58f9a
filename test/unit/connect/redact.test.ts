import { inspect } from "node:util";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { redactError, redactText, redactUrl } from "../../../src/connect/redact.ts";
import { readUrl } from "../../../src/connect/url.ts";

describe("redactUrl", () => {
  test.each([
    ["postgres://app:s3cret@db:5432/shop#top", "postgres://app:<redacted>@db:5432/shop#top"],
    ["postgres://app@db/shop?sslmode=require", "postgres://app@db/shop?sslmode=require"],
    ["postgres://app:a@b@db/shop", "postgres://app:<redacted>@db/shop"],
    ["postgres://app:a:b@db/shop", "postgres://app:<redacted>@db/shop"],
    ["postgres://app:a/b@db/shop", "postgres://app:<redacted>@db/shop"],
    ["postgres://app:a?b@db/shop", "postgres://app:<redacted>@db/shop"],
    ["postgres://app:p%40ss@db/shop", "postgres://app:<redacted>@db/shop"],
    ["postgres://app:s3cret/shop", "postgres://app:<redacted>"],
    [
      "postgres://h/d?PassWord=a&x=1&service_role_key=b&access_token=c#f",
      "postgres://h/d?PassWord=<redacted>&x=1&service_role_key=<redacted>&access_token=<redacted>#f",
    ],
    [
      "sqlite:x.db?password=a&apikey=b&mode=rw",
      "sqlite:x.db?password=<redacted>&apikey=<redacted>&mode=rw",
    ],
    ["postgres://h/d?p%61ssword=a", "postgres://h/d?p%61ssword=<redacted>"],
    ["sqlite::memory:", "sqlite::memory:"],
    ["postgres://[::1]:5432/d", "postgres://[::1]:5432/d"],
    ["app:h4nter@db.example/x", "app:<redacted>@db.example/x"],
    [
      "app:h4:n/t@er@db.example:5432/x?sslmode=require",
      "app:<redacted>@db.example:5432/x?sslmode=require",
    ],
    ["postgres:h4nter@localhost/x", "postgres:<redacted>@localhost/x"],
    ["postgres:app:h4nter@localhost/x", "postgres:<redacted>@localhost/x"],
    ["//app:h4nter@localhost/x", "//app:<redacted>@localhost/x"],
    ["app/h4nter@localhost/x", "<redacted>@localhost/x"],
    ["h4nter@localhost:5432/x", "<redacted>@localhost:5432/x"],
    ["app:h4nter", "app:<redacted>"],
    ["host=db user=app password=h4nter dbname=x", "host=db user=app password=<redacted> dbname=x"],
    ["host=db password = 'h4 nter' dbname=x", "host=db password = <redacted> dbname=x"],
    ["sqlite:notes@home.db?mode=rw", "sqlite:notes@home.db?mode=rw"],
    ["", ""],
    ["invalid_url", "invalid_url"],
  ])("%s", (url, expected) => {
    expect(redactUrl(url)).toBe(expected);
  });
});

describe("redactText", () => {
  test("covers the URL, the password and its encoded forms in another's message", () => {
    const url = "postgres://app:p%40ss%2Fword@db/shop?api_key=k3y-123";
    const text = `failed for ${url}: password "p@ss/word" (p%40ss%2Fword), key k3y-123`;

    expect(redactText(text, url)).toBe(
      'failed for postgres://app:<redacted>@db/shop?api_key=<redacted>: password "<redacted>" (<redacted>), key <redacted>',
    );
  });

  test("a very short password does not take the message with it", () => {
    expect(redactText('password "p" for postgres', "postgres://u:p@h/d")).toBe(
      'password "<redacted>" for postgres',
    );
  });
});

describe("redactError", () => {
  test("takes the secret out of all texts of an error and its causes, not out of names", () => {
    const root = new Error("no role for h4nter%2F1");
    const server = Object.assign(new Error('login "h4nter/1" failed', { cause: root }), {
      detail: "h4nter/1",
      table: "h4nter/1",
    });
    const error = new AggregateError([server], "all failed: h4nter/1");

    redactError(error, "postgres://app:h4nter%2F1@db/shop");

    expect(error.message).toBe("all failed: <redacted>");
    expect(error.stack).toContain("AggregateError: all failed: <redacted>\n");
    expect(server).toMatchObject({
      message: 'login "<redacted>" failed',
      detail: "<redacted>",
      table: "h4nter/1",
    });
    expect(root.message).toBe("no role for <redacted>");
    expect(root.stack).not.toContain("h4nter");
  });
});

/** Passwords with the characters that cut URLs short made likely; long enough not to be part of the rest by chance. */
const password = fc
  .array(
    fc.oneof(
      {
        weight: 3,
        arbitrary: fc.constantFrom(
          "@",
          ":",
          "/",
          "?",
          "#",
          "&",
          "=",
          "%",
          "%40",
          "//",
          "[",
          "]",
          "$&",
          "\\",
          ".",
          "*",
          " ",
        ),
      },
      { weight: 2, arbitrary: fc.string({ minLength: 1, maxLength: 3 }) },
    ),
    { minLength: 1, maxLength: 8 },
  )
  .map((parts) => `Zq${parts.join("")}qZ`);

test("a password written raw never shows, whatever is in it", () => {
  fc.assert(
    fc.property(password, fc.constantFrom("postgres", "mysql", "sqlite"), (secret, scheme) => {
      const redacted = redactUrl(`${scheme}://app:${secret}@db.example:5432/shop?sslmode=require`);

      expect(redacted).not.toContain(secret);
      expect(redacted).not.toContain("Zq");
      expect(redacted).not.toContain("qZ");
    }),
    { numRuns: 2000 },
  );
});

test("nor does one whose URL lacks its scheme", () => {
  fc.assert(
    fc.property(password, (secret) => {
      const redacted = redactUrl(`app:${secret}@db.example:5432/shop?sslmode=require`);

      expect(redacted).not.toContain("Zq");
      expect(redacted).not.toContain("qZ");
    }),
    { numRuns: 2000 },
  );
});

test("an encoded password never shows, in itself or decoded, in an error, an inspection or another's message", () => {
  fc.assert(
    fc.property(password, (secret) => {
      const url = `postgres://app:${encodeURIComponent(secret)}@db.example:5432/shop?x_token=${encodeURIComponent(secret)}`;
      const texts = [
        redactUrl(url),
        redactText(`boom ${url} ${secret} ${encodeURIComponent(secret)}`, url),
      ];
      try {
        readUrl(url);
      } catch (error) {
        texts.push(inspect(error, { depth: 9 }));
      }
      const target = readUrl(url.replace(/\?.*$/u, ""));
      texts.push(
        inspect(target, { depth: 9, showHidden: true }),
        JSON.stringify(target),
        String(target),
      );

      for (const text of texts) {
        expect(text).not.toContain(secret);
        expect(text).not.toContain(encodeURIComponent(secret));
      }
      expect(target.driver === "pg" && target.target.password?.reveal()).toBe(secret);
    }),
    { numRuns: 1000 },
  );
});
