import { CodecError } from "./codec.ts";

/** A `Uint8Array` of the same bytes that shares no memory with the value, or undefined when it holds no bytes. */
export function copyBytes(value: unknown): Uint8Array | undefined {
  if (value instanceof Uint8Array) return Uint8Array.from(value);
  if (value instanceof ArrayBuffer || value instanceof SharedArrayBuffer) {
    return Uint8Array.from(new Uint8Array(value));
  }
  if (value instanceof DataView) {
    return Uint8Array.from(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
  }
  return undefined;
}

/** The same bytes as a plain `Uint8Array`; a `Buffer` is copied, since it may share a pool or a network packet. */
export function plainBytes(bytes: Uint8Array): Uint8Array {
  return bytes.constructor === Uint8Array ? bytes : Uint8Array.from(bytes);
}

/** Whether both hold the same bytes. */
export function equalBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, index) => byte === right[index]);
}

/** Two lower-case digits for each byte. */
export function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex");
}

/** The bytes that pairs of hexadecimal digits spell. */
export function bytesOfHex(hex: string): Uint8Array {
  if (hex.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(hex)) {
    throw new CodecError("bytes are not written as pairs of hexadecimal digits");
  }
  return Uint8Array.from(Buffer.from(hex, "hex"));
}
