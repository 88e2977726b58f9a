/** Shows how far the loading is: a bar on a terminal, plain lines elsewhere. */
import cliProgress from "cli-progress";
import { number, say } from "./output.ts";

export interface Progress {
  /** So many more rows are in; `name` says of what. */
  advance(name: string, rows: number): void;
  /** Takes the bar away. */
  stop(): void;
}

const interactive = process.stdout.isTTY && (process.env["CI"] ?? "") === "";

export function startProgress(title: string, total: number): Progress {
  return interactive ? startBar(title, total) : startLines(title, total);
}

function startBar(title: string, total: number): Progress {
  const bar = new cliProgress.SingleBar(
    {
      format: `  ${title}  {bar}  {percentage}%  {rows} rows  {name}`,
      barsize: 24,
      hideCursor: true,
      clearOnComplete: true,
      gracefulExit: false,
    },
    cliProgress.Presets.shades_classic,
  );
  bar.start(total, 0, { rows: "0", name: "" });
  let rows = 0;
  return {
    advance(name, more) {
      rows += more;
      bar.update(rows, { rows: number(rows), name });
    },
    stop: () => bar.stop(),
  };
}

/** A line for each quarter. */
function startLines(title: string, total: number): Progress {
  let rows = 0;
  let quarters = 0;
  return {
    advance(_name, more) {
      rows += more;
      const reached = Math.floor((rows / total) * 4);
      if (reached === quarters) return;
      quarters = reached;
      say(`${title}  ${String(reached * 25).padStart(3)}%  ${number(rows)} rows`);
    },
    stop() {},
  };
}
