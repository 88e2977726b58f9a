import { expect, test } from "vitest";
import packageJson from "../../../package.json" with { type: "json" };
import { version } from "../../../src/index.ts";

test("the exported version is the package's", () => {
  expect(version).toBe(packageJson.version);
});
