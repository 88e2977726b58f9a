/**
 * The name that was probably meant: the same one written another way, else the one with the fewest slips.
 *
 * @returns Undefined where none is near enough to be worth naming.
 */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  const wanted = plain(name);
  let best: { readonly name: string; readonly slips: number } | undefined;
  for (const each of known) {
    const candidate = plain(each);
    // Longer names are no slip away, and cost the most to compare.
    if (Math.abs(candidate.length - wanted.length) > 3) continue;
    const slips = distance(wanted, candidate);
    if (best === undefined || slips < best.slips) best = { name: each, slips };
  }
  const most = Math.min(3, Math.ceil(wanted.length / 4));
  return best !== undefined && best.slips <= most && best.slips < wanted.length
    ? best.name
    : undefined;
}

/** `created_at`, `createdAt` and `CreatedAt` are one name. */
function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[_\s-]/g, "");
}

/** Letters to add, drop, change or swap. */
function distance(left: string, right: string): number {
  let before: number[] = [];
  let row = Array.from({ length: right.length + 1 }, (_, at) => at);
  for (let i = 1; i <= left.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= right.length; j += 1) {
      const change = left[i - 1] === right[j - 1] ? 0 : 1;
      let least = Math.min(at(row, j) + 1, at(next, j - 1) + 1, at(row, j - 1) + change);
      const swapped =
        i > 1 && j > 1 && left[i - 1] === right[j - 2] && left[i - 2] === right[j - 1];
      if (swapped) least = Math.min(least, at(before, j - 2) + 1);
      next.push(least);
    }
    before = row;
    row = next;
  }
  return at(row, right.length);
}

function at(row: readonly number[], place: number): number {
  return row[place] ?? Number.POSITIVE_INFINITY;
}
