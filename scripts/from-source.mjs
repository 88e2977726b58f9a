/**
 * Resolves `ferro-orm` and its doors to the sources, so that examples run without a build.
 *
 * Usage: node --import ./scripts/from-source.mjs <file>
 */
import { registerHooks } from "node:module";

registerHooks({
  resolve(specifier, context, next) {
    const door = /^ferro-orm(?:\/([\w-]+))?$/.exec(specifier);
    if (door === null) return next(specifier, context);
    return next(new URL(`../src/${door[1] ?? "index"}.ts`, import.meta.url).href, context);
  },
});
