/** What a command of the executable is. Each lives in a file of its own and is listed in commands.ts. */
export interface Command {
  /** As typed: `serve`, `import customers`. */
  readonly name: string;
  /** One line for the overview. */
  readonly summary: string;
  /** The whole `--help` text: what it does, its options with defaults, at least one example. */
  readonly help: string;
  /** Runs with the arguments behind the name; resolves to the exit code. */
  run(args: readonly string[]): Promise<number>;
}
