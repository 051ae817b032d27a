/** From what was typed to a command: finds it, runs it, and says what there is when it finds none. */
import type { Command } from './command.ts';
import { commands } from './commands.ts';
import { makeTerminal } from './terminal.ts';

/** Resolves to the exit code. `version` is the program's own. */
export async function main(args: readonly string[], version: string): Promise<number> {
  const output = makeTerminal(process.stdout);
  const [first] = args;
  if (first === undefined || first === '--help' || first === 'help') {
    output.print(overview());
    return first === undefined ? 2 : 0;
  }
  if (first === '--version') {
    output.print(version);
    return 0;
  }
  const found = findCommand(args);
  if (found) return found.command.run(args.slice(found.words));
  makeTerminal(process.stderr).print(
    `countinghouse: there is no command ${JSON.stringify(first)}\n\n${overview()}`,
  );
  return 2;
}

/** The command whose name is the longest beginning of the arguments. */
function findCommand(args: readonly string[]): { command: Command; words: number } | null {
  for (const words of [2, 1]) {
    const command = commands.find(({ name }) => name === args.slice(0, words).join(' '));
    if (command) return { command, words };
  }
  return null;
}

function overview(): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  const lines = commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
  return [
    'Usage: countinghouse COMMAND [options]',
    '',
    'Who used which microservice, how much, and what it cost.',
    '',
    'Commands:',
    ...lines,
    '',
    'countinghouse COMMAND --help tells more. To begin: countinghouse demo',
  ].join('\n');
}
