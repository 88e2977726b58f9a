/** The part of cli-progress that is used here; the package has no types of its own. */
declare module "cli-progress" {
  interface BarOptions {
    readonly format: string;
    readonly barsize: number;
    readonly hideCursor: boolean;
    readonly clearOnComplete: boolean;
    /** Whether the bar has a SIGINT handler of its own. */
    readonly gracefulExit: boolean;
  }

  interface Preset {
    readonly barCompleteChar: string;
    readonly barIncompleteChar: string;
  }

  class SingleBar {
    constructor(options: BarOptions, preset: Preset);
    start(total: number, value: number, payload: Readonly<Record<string, string>>): void;
    update(value: number, payload: Readonly<Record<string, string>>): void;
    stop(): void;
  }

  const cliProgress: {
    readonly SingleBar: typeof SingleBar;
    readonly Presets: { readonly shades_classic: Preset };
  };
  export = cliProgress;
}
