/**
 * Where commands print: lines that stay, and a status that a terminal rewrites in place. Without a terminal the
 * status is printed as ordinary lines, so whoever reports progress must report seldom there.
 */
export interface Terminal {
  /** Whether a person watches: a status may then change as often as it likes. */
  readonly interactive: boolean;
  print(text: string): void;
  status(text: string): void;
}

/** The part of a stream that is needed: process.stdout, or a list in a test. */
export interface TextStream {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

const clearLine = '\r\x1b[K';

export function makeTerminal(stream: TextStream): Terminal {
  const interactive = stream.isTTY === true;
  let statusShown = false;
  return {
    interactive,
    print(text) {
      stream.write(`${statusShown ? clearLine : ''}${text}\n`);
      statusShown = false;
    },
    status(text) {
      stream.write(interactive ? `${clearLine}${text}` : `${text}\n`);
      statusShown = interactive;
    },
  };
}
