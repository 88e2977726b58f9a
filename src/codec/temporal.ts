/**
 * Dates, times and instants as text, read and written by hand.
 *
 * `Date.parse` knows neither microseconds nor PostgreSQL's forms and reads
 * text without an offset in the machine's zone; nothing here asks for a zone.
 */

/** A point on the UTC line with microseconds; also a wall-clock time read as UTC. */
export interface Moment {
  /** Whole seconds since 1970, towards the past. */
  readonly seconds: number;
  /** 0 to 999,999, always towards the future. */
  readonly micros: number;
  /** Whether the text had an offset or `Z`. */
  readonly zoned: boolean;
  /** Whether digits beyond the microseconds were cut. */
  readonly cut: boolean;
}

const SECONDS_A_DAY = 86_400;
const NO_DIGIT = -1000;

/**
 * Reads ISO 8601 and PostgreSQL's ISO style: `T` or a space, seconds and fraction
 * optional, `Z`, `+05`, `+0530`, `+05:30`, `+05:53:28` or no offset, years of four to
 * six digits, ` BC`. A date alone is its midnight. Returns undefined for anything else.
 */
export function findMoment(text: string): Moment | undefined {
  const date = readDate(text);
  if (date === undefined) return undefined;

  let { at } = date;
  let seconds = 0;
  let micros = 0;
  let cut = false;
  const separator = text.charCodeAt(at);

  // "T", "t", or a space that a digit follows (" BC" is a suffix).
  if (separator === 84 || separator === 116 || (separator === 32 && digit(text, at + 1) >= 0)) {
    const hour = two(text, at + 1);
    const minute = text.charCodeAt(at + 3) === 58 ? two(text, at + 4) : -1;
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59) return undefined;
    seconds = hour * 3600 + minute * 60;
    at += 6;

    if (text.charCodeAt(at) === 58) {
      const second = two(text, at + 1);
      if (second < 0 || second > 59) return undefined;
      seconds += second;
      at += 3;

      const fraction = readFraction(text, at);
      if (fraction === undefined) return undefined;
      ({ at, micros, cut } = fraction);
    }
  }

  const offset = readOffset(text, at);
  if (offset === undefined) return undefined;

  const before = text.endsWith(" BC") ? 3 : 0;
  if (offset.at + before !== text.length || (before > 0 && date.year === 0)) return undefined;
  const year = before > 0 ? 1 - date.year : date.year;
  // 29 February depends on the astronomical year.
  if (date.day > daysIn(year, date.month)) return undefined;

  return {
    seconds: daysFromCivil(year, date.month, date.day) * SECONDS_A_DAY + seconds - offset.seconds,
    micros,
    zoned: offset.zoned,
    cut,
  };
}

/** Milliseconds since 1970 of the millisecond that holds the moment, or undefined beyond what a `Date` reaches. */
export function millisecondsOf({ seconds, micros }: Moment): number | undefined {
  const milliseconds = seconds * 1000 + Math.floor(micros / 1000);
  return Math.abs(milliseconds) <= 8.64e15 ? milliseconds : undefined;
}

/**
 * Prints `YYYY-MM-DDTHH:MM:SS` and the fraction, without an offset; undefined outside the years 0 to 9999.
 *
 * @param digits - "fixed" prints six digits; "short" prints none, three or six, whichever is exact.
 */
export function printMoment({ seconds, micros }: Moment, digits: "fixed" | "short"): string | undefined {
  const days = Math.floor(seconds / SECONDS_A_DAY);
  const { year, month, day } = civilFromDays(days);
  if (year < 0 || year > 9999) return undefined;

  const rest = seconds - days * SECONDS_A_DAY;
  const clock = [Math.floor(rest / 3600), Math.floor(rest / 60) % 60, rest % 60];
  const fraction = String(micros).padStart(6, "0");
  const shown =
    digits === "fixed" ? `.${fraction}` : micros === 0 ? "" : `.${micros % 1000 === 0 ? fraction.slice(0, 3) : fraction}`;

  return `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}T${clock.map((part) => pad(part, 2)).join(":")}${shown}`;
}

/** Whether the text is a calendar date `YYYY-MM-DD` that exists. */
export function isDate(text: string): boolean {
  const date = text.length === 10 ? readDate(text) : undefined;
  return date !== undefined && date.at === 10 && date.day <= daysIn(date.year, date.month);
}

/**
 * The one form of a time of day: `HH:MM:SS`, then the fraction without trailing zeros, which
 * sorts as text. Undefined when the text is none, or has more than six digits of fraction.
 *
 * @example
 * ```ts
 * findTime("09:30") // => "09:30:00"
 * ```
 */
export function findTime(text: string): string | undefined {
  const parts = /^([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:\.(\d{1,6})0*)?)?$/.exec(text);
  if (parts === null) return undefined;

  const [, hour, minute, second = "00", fraction = ""] = parts;
  const shown = fraction.replace(/0+$/, "");
  return `${hour}:${minute}:${second}${shown === "" ? "" : `.${shown}`}`;
}

interface DateParts {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  /** Where the rest of the text begins. */
  readonly at: number;
}

function readDate(text: string): DateParts | undefined {
  let at = 0;
  let year = 0;
  for (let next = digit(text, at); next >= 0; next = digit(text, ++at)) year = year * 10 + next;
  if (at < 4 || at > 6 || text.charCodeAt(at) !== 45 || text.charCodeAt(at + 3) !== 45) return undefined;

  const month = two(text, at + 1);
  const day = two(text, at + 4);
  if (month < 1 || month > 12 || day < 1 || day > 31) return undefined;
  return { year, month, day, at: at + 6 };
}

function readFraction(text: string, start: number): { at: number; micros: number; cut: boolean } | undefined {
  if (text.charCodeAt(start) !== 46) return { at: start, micros: 0, cut: false };

  let at = start + 1;
  let micros = 0;
  let cut = false;
  for (let next = digit(text, at); next >= 0; next = digit(text, ++at)) {
    if (at - start <= 6) micros = micros * 10 + next;
    else cut ||= next !== 0;
  }

  const digits = at - start - 1;
  if (digits === 0) return undefined;
  return { at, micros: digits < 6 ? micros * 10 ** (6 - digits) : micros, cut };
}

function readOffset(text: string, at: number): { at: number; seconds: number; zoned: boolean } | undefined {
  const sign = text.charCodeAt(at);
  if (sign === 90 || sign === 122) return { at: at + 1, seconds: 0, zoned: true };
  if (sign !== 43 && sign !== 45) return { at, seconds: 0, zoned: false };

  let next = at + 1;
  let seconds = 0;
  for (const [index, unit] of [3600, 60, 1].entries()) {
    if (index > 0 && text.charCodeAt(next) === 58) next += 1;
    else if (index > 0 && digit(text, next) < 0) break;
    const part = two(text, next);
    if (part < 0 || part > (index === 0 ? 23 : 59)) return undefined;
    seconds += part * unit;
    next += 2;
  }
  return { at: next, seconds: sign === 45 ? -seconds : seconds, zoned: true };
}

function digit(text: string, at: number): number {
  const value = text.charCodeAt(at) - 48;
  return value >= 0 && value <= 9 ? value : NO_DIGIT;
}

/** The two digits at a position; negative when they are not digits. */
function two(text: string, at: number): number {
  return digit(text, at) * 10 + digit(text, at + 1);
}

function pad(value: number, width: number): string {
  return String(value).padStart(width, "0");
}

function daysIn(year: number, month: number): number {
  if (month !== 2) return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
}

// The two conversions follow Howard Hinnant's "chrono-Compatible Low-Level Date Algorithms":
// years begin in March, so that the leap day is the last of its year.

function daysFromCivil(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

function civilFromDays(days: number): { year: number; month: number; day: number } {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1,
  };
}
