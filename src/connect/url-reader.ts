import { ConnectionError, UsageError } from "../errors/errors.ts";
import { redactUrl } from "./redact.ts";

/** One URL under reading: knows how to decode its parts and how to complain without showing its secrets. */
export class UrlReader {
  readonly url: string;
  /** Between the scheme and the query. */
  readonly path: string;
  readonly #query: string;

  constructor(url: string, rest: string) {
    this.url = url;
    const question = rest.indexOf("?");
    this.path = question === -1 ? rest : rest.slice(0, question);
    this.#query = question === -1 ? "" : rest.slice(question + 1);
  }

  error(problem: string, hint?: string): ConnectionError {
    return new ConnectionError(`can't connect to ${redactUrl(this.url)}: ${problem}`, { hint });
  }

  /** Where in the URL a part begins, counted from 1. */
  positionOf(part: string): number {
    return this.url.indexOf(part) + 1;
  }

  /** Decodes percent signs; a broken one is an error that names its place, not its text. */
  decode(text: string, what: string): string {
    const broken = /%(?![\da-f]{2})/iu.exec(text);
    if (broken !== null) {
      const position = this.positionOf(text) + broken.index;
      throw this.error(
        `the % at position ${position}, in ${what}, begins no percent-encoding`,
        "write % as %25",
      );
    }
    let decoded: string;
    try {
      decoded = decodeURIComponent(text);
    } catch {
      throw this.error(`the percent-encoding of ${what} is not UTF-8`);
    }
    if (decoded.includes("\0")) {
      throw this.error(`${what} holds a NUL character`);
    }
    return decoded;
  }

  parameters(): UrlParameters {
    return new UrlParameters(this, this.#query);
  }

  takeSearchPath(parameters: UrlParameters): string | undefined {
    const name = parameters.take("ferro_search_path");
    if (name !== undefined && !/^[A-Za-z0-9_]+$/u.test(name)) {
      throw new UsageError(`invalid ferro_search_path "${name}"`, {
        hint: "it is one schema name of ASCII letters, digits and _",
      });
    }
    return name;
  }
}

/** The query's parameters, each to be taken by whoever knows it; repeated ones keep the last value. */
export class UrlParameters {
  readonly #reader: UrlReader;
  readonly #values: Map<string, string> = new Map();

  constructor(reader: UrlReader, query: string) {
    this.#reader = reader;
    for (const parameter of query.split("&")) {
      if (parameter === "") {
        continue;
      }
      const equals = parameter.indexOf("=");
      const key = equals === -1 ? parameter : parameter.slice(0, equals);
      const value = equals === -1 ? "" : parameter.slice(equals + 1);
      this.#values.set(
        reader.decode(key, "a parameter's name"),
        reader.decode(value, "a parameter's value"),
      );
    }
  }

  take(name: string): string | undefined {
    const value = this.#values.get(name);
    this.#values.delete(name);
    return value;
  }

  /** Takes a parameter that must be one of a few words. */
  takeOneOf<const T extends string>(name: string, allowed: readonly T[]): T | undefined {
    const value = this.take(name);
    if (value === undefined) {
      return undefined;
    }
    const word = allowed.find((candidate) => candidate === value);
    if (word === undefined) {
      throw this.#reader.error(`${name} can't be "${value}"`, `it is one of ${allowed.join(", ")}`);
    }
    return word;
  }

  takeNumber(name: string): number | undefined {
    const value = this.take(name);
    if (value !== undefined && !/^\d{1,9}$/u.test(value)) {
      throw this.#reader.error(`${name} must be a whole number`);
    }
    return value === undefined ? undefined : Number(value);
  }

  /** What is left is a mistake: a misspelt sslmode must not pass for none. */
  refuseRest(hint: string): void {
    const [name] = this.#values.keys();
    if (name !== undefined) {
      const pool = /pool|connection_limit|maxconn|minconn/iu.test(name);
      throw this.#reader.error(
        `unknown parameter "${name}"`,
        pool ? "pool settings go in connect()'s pool option" : hint,
      );
    }
  }
}
