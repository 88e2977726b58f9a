import { type DriverColumn, DriverError, type DriverRow, type DriverValue } from "./driver.ts";

/** Where the protocol counts parameters in 16 bits. */
const maxParameters = 65_535;

const byteaOid = 17;

/** A column as both PostgreSQL libraries describe it. */
export interface PostgresField {
  readonly name: string;
  readonly dataTypeID: number;
}

/** Text, or bytes in a Buffer, as the wire wants parameters. */
export function encodeParameters(parameters: readonly DriverValue[]): (string | Buffer | null)[] {
  if (parameters.length > maxParameters) {
    throw new DriverError(
      `a PostgreSQL statement takes at most ${maxParameters} parameters, but ${parameters.length} were given`,
      { kind: "range" },
    );
  }
  return parameters.map(encodeParameter);
}

function encodeParameter(value: DriverValue): string | Buffer | null {
  if (value === null || typeof value === "string") {
    return value;
  }
  if (typeof value === "object") {
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  }
  return Object.is(value, -0) ? "-0" : String(value);
}

/** Positions of bytea columns, the only ones that are not left as text. */
export function bytesPositions(fields: readonly PostgresField[]): readonly number[] {
  return fields.flatMap(({ dataTypeID }, position) => (dataTypeID === byteaOid ? [position] : []));
}

/** Turns the bytea cells of a row from text to bytes, in place. */
export function decodeBytes(row: DriverRow, positions: readonly number[]): void {
  for (const position of positions) {
    const cell = row[position];
    if (typeof cell === "string") {
      row[position] = decodeBytea(cell);
    }
  }
}

export function describeColumns(fields: readonly PostgresField[]): DriverColumn[] {
  return fields.map(({ name, dataTypeID }) => ({ name, type: dataTypeID }));
}

/**
 * Reads either `bytea_output`: text that begins with `\x` is hex, and the escape
 * format never begins so, since it doubles every backslash.
 */
export function decodeBytea(text: string): Uint8Array {
  if (text.startsWith("\\x")) {
    const bytes = new Uint8Array((text.length - 2) / 2);
    Buffer.from(bytes.buffer).write(text.slice(2), "hex");
    return bytes;
  }
  const plain = text.replaceAll(/\\(\\|[0-3][0-7]{2})/gu, (_, code: string) =>
    code === "\\" ? "\\" : String.fromCharCode(Number.parseInt(code, 8)),
  );
  return Uint8Array.from(plain, (character) => character.charCodeAt(0));
}

/** Reads "INSERT 0 3", "UPDATE 2", "SELECT 7", "ROLLBACK". */
export function readCommandTag(tag: string): {
  readonly command: string;
  readonly affectedRows: number;
} {
  const space = tag.indexOf(" ");
  if (space === -1) return { command: tag, affectedRows: 0 };
  const command = tag.slice(0, space);
  if (!writes.has(command)) return { command: tag.replace(/ \d.*$/u, ""), affectedRows: 0 };
  return { command, affectedRows: Number(tag.slice(tag.lastIndexOf(" ") + 1)) };
}

const writes: ReadonlySet<string> = new Set(["INSERT", "UPDATE", "DELETE", "MERGE"]);
