import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  findMoment,
  findTime,
  isDate,
  isoText,
  printMoment,
  readMilliseconds,
} from "../../../src/codec/temporal.ts";

function millisecondsIn(text: string): number | undefined {
  const milliseconds = readMilliseconds(text);
  return Number.isNaN(milliseconds) ? undefined : milliseconds;
}

describe("findMoment", () => {
  test("agrees with Date on every ISO text", () => {
    fc.assert(
      fc.property(
        fc.date({
          noInvalidDate: true,
          min: new Date(-62_167_219_200_000),
          max: new Date(8.64e15),
        }),
        (date) => {
          expect(millisecondsIn(date.toISOString().replace("+", ""))).toBe(date.getTime());
        },
      ),
      { numRuns: 2000 },
    );
  });

  test.each([
    ["2026-04-24 18:30:00.123+00", "2026-04-24T18:30:00.123Z"],
    ["2026-04-24 18:30:00+05:30", "2026-04-24T13:00:00.000Z"],
    ["2026-04-24 18:30:00+0530", "2026-04-24T13:00:00.000Z"],
    ["2026-04-24 18:30:00-03", "2026-04-24T21:30:00.000Z"],
    // New York before standard time.
    ["1883-11-18 12:00:00-04:56:02", "1883-11-18T16:56:02.000Z"],
    ["2026-04-24T18:30:00", "2026-04-24T18:30:00.000Z"],
    ["2026-04-24T18:30", "2026-04-24T18:30:00.000Z"],
    ["2026-04-24T18:30:00Z", "2026-04-24T18:30:00.000Z"],
    ["2026-04-24T18:30:00.123000Z", "2026-04-24T18:30:00.123Z"],
    ["2026-04-24T18:30:00.000005+05:30", "2026-04-24T13:00:00.000Z"],
    ["2026-04-24", "2026-04-24T00:00:00.000Z"],
    ["1969-12-31 23:59:59.9999+00", "1969-12-31T23:59:59.999Z"],
    ["12026-01-31 00:00:00+00", "+012026-01-31T00:00:00.000Z"],
    ["0044-03-15 12:00:00+00 BC", "-000043-03-15T12:00:00.000Z"],
    ["0001-02-29 00:00:00 BC", "0000-02-29T00:00:00.000Z"],
  ])("%s is %s", (text, expected) => {
    const milliseconds = millisecondsIn(text);

    expect(milliseconds === undefined ? undefined : new Date(milliseconds).toISOString()).toBe(
      expected,
    );
  });

  test.each([
    "",
    "infinity",
    "-infinity",
    "2026-02-29",
    "2026-13-01",
    "2026-00-01",
    "2026-01-32 00:00:00",
    "2026-01-31 24:00:00",
    "2026-01-31 23:60:00",
    "2026-01-31 23:59:60",
    "2026-01-31T",
    "2026-01-31 12",
    "2026-01-31 12:00:00.",
    "2026-01-31 12:00:00.x",
    "2026-01-31 12:00:00+",
    "2026-01-31 12:00:00+5",
    "2026-01-31 12:00:00+24",
    "2026-01-31 12:00:00+00 AD",
    "2026-01-31 12:00:00Zjunk",
    "0000-01-01 00:00:00 BC",
    "04/24/2026 18:30:00 UTC",
    "24.04.2026 18:30:00 UTC",
    "1767139200",
    "２０２６-01-31",
  ])("%j is none", (text) => {
    expect(findMoment(text)).toBeUndefined();
    expect(readMilliseconds(text)).toBeNaN();
  });
});

test("isoText writes what Date itself writes", () => {
  fc.assert(
    fc.property(fc.date({ noInvalidDate: true }), (date) => {
      expect(isoText(date)).toBe(date.toISOString());
    }),
  );
  for (const day of [-719_528, -719_529, 2_932_896, 2_932_897, 0, 256, -256]) {
    for (const time of [day * 86_400_000, day * 86_400_000 - 1]) {
      expect(isoText(new Date(time))).toBe(new Date(time).toISOString());
    }
  }
  expect(() => isoText(new Date(Number.NaN))).toThrow(RangeError);
});

test("printMoment prints no fraction, three digits or six", () => {
  const short = (text: string) =>
    printMoment(findMoment(text) ?? { seconds: 0, micros: 0, cut: false }, "short");

  expect(short("2026-01-31T00:00:00.000Z")).toBe("2026-01-31T00:00:00");
  expect(short("2026-01-31T00:00:00.12Z")).toBe("2026-01-31T00:00:00.120");
  expect(short("2026-01-31T00:00:00.000120Z")).toBe("2026-01-31T00:00:00.000120");
  expect(short("0000-01-01T00:00:00+01")).toBeUndefined();
});

test("the fixed form sorts as time does", () => {
  const moment = fc.record({
    seconds: fc.integer({ min: -62_167_219_200, max: 253_402_300_799 }),
    micros: fc.nat(999_999),
  });

  fc.assert(
    fc.property(moment, moment, (a, b) => {
      const print = (value: typeof a) => printMoment({ ...value, cut: false }, "fixed") ?? "";

      expect(print(a) < print(b)).toBe(
        a.seconds < b.seconds || (a.seconds === b.seconds && a.micros < b.micros),
      );
    }),
  );
});

test("isDate takes calendar dates only", () => {
  expect(["2024-02-29", "0000-01-01", "9999-12-31"].every(isDate)).toBe(true);
  expect(
    ["2023-02-29", "2026-1-1", "2026-01-01T", "02026-01-1", "infinity", "0044-03-15 BC"].some(
      isDate,
    ),
  ).toBe(false);
});

test.each([
  ["09:30", "09:30:00"],
  ["01:02:03.000400", "01:02:03.0004"],
  ["01:02:03.0000000", "01:02:03"],
  ["01:02:03.0000001", undefined],
  ["24:00:00", undefined],
  ["9:30", undefined],
  ["09:30:00Z", undefined],
])("findTime(%o) is %o", (text, expected) => {
  expect(findTime(text)).toBe(expected);
});

test("one wrong character in the usual shape is never read as another time", () => {
  const usual = fc.constantFrom(
    "2026-04-24 18:30:00.123+00",
    "2026-04-24T18:30:00Z",
    "9999-12-31T23:59:59.9Z",
  );
  const other = fc.constantFrom("x", "/", ":", " ", "-", ".", "~", "\0", "9", "0");

  fc.assert(
    fc.property(usual, fc.nat(), other, (text, place, character) => {
      const at = place % text.length;
      const changed = text.slice(0, at) + character + text.slice(at + 1);
      const milliseconds = readMilliseconds(changed);
      const moment = findMoment(changed);

      expect(milliseconds).toBe(
        moment === undefined
          ? Number.NaN
          : moment.seconds * 1000 + Math.floor(moment.micros / 1000),
      );
    }),
    { numRuns: 3000 },
  );
});
