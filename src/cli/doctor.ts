/**
 * `countinghouse doctor`: looks at a data folder that no server has open, says what is wrong and what can be done. With
 * `--set-aside` it makes a damaged journal usable again; it never deletes anything.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { defaultConfig } from '../config.ts';
import { DataFolderError } from '../storage/data-folder/data-folder-error.ts';
import { inspectDataFolder, withFolderHeld } from '../storage/data-folder/inspect-data-folder.ts';
import type { DataFolderPlaces } from '../storage/data-folder/open-data-folder.ts';
import { readServerFile } from '../storage/data-folder/server-file.ts';
import { inspectJournal, isRefused, type SegmentReport } from '../storage/journal/inspect-journal.ts';
import { nodeJournalFiles } from '../storage/journal/journal-files.ts';
import { setAsideDamaged } from '../storage/journal/set-aside.ts';
import type { Command } from './command.ts';
import { describeFindings, describeSetAside, setAsideFolder } from './doctor-text.ts';
import { reportFailure } from './report-failure.ts';
import { makeTerminal, type Terminal } from './terminal.ts';

const help = `Usage: countinghouse doctor [options]

Looks at a data folder that no server has open: its stamp, its files, and every entry of the journal (what was
acknowledged and is not in the usage store yet). It says what is wrong and what can be done, and changes nothing.

Options:
  --data DIR    the data folder (default ${defaultConfig.data})
  --set-aside   when the journal is damaged: move the damaged segment and those behind it to
                DIR/${setAsideFolder}/TIME/, so that the server starts again. The entries before the damage stay.
                What is set aside was acknowledged: it must be sent again (what was stored already is not
                counted twice) or salvaged from there. Nothing is deleted.
  --help        this text

Exit code: 0 when the folder is healthy, or is again, 1 when faults were found or it cannot be looked at, 2 for wrong
usage.

Examples:
  countinghouse doctor --data /var/lib/countinghouse
  countinghouse doctor --data /var/lib/countinghouse --set-aside
`;

export interface DoctorParts {
  readonly nowMs: () => number;
  readonly output: Terminal;
  readonly errors: Terminal;
}

interface Arguments {
  readonly data: string;
  readonly setAside: boolean;
}

function readArguments(args: readonly string[]): Arguments | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      data: { type: 'string', default: defaultConfig.data },
      'set-aside': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  return values.help ? 'help' : { data: values.data, setAside: values['set-aside'] };
}

export function makeDoctor(makeParts: () => DoctorParts): Command {
  return {
    name: 'doctor',
    summary: 'look at a data folder, and set a damaged journal aside',
    help,
    async run(args) {
      const parts = makeParts();
      try {
        const options = readArguments(args);
        if (options !== 'help') return await examine(options, parts);
        parts.output.print(help.trimEnd());
        return 0;
      } catch (error) {
        return reportFailure('doctor', error, parts.errors);
      }
    },
  };
}

async function examine({ data, setAside }: Arguments, parts: DoctorParts): Promise<number> {
  try {
    return await withFolderHeld(data, async (places) => {
      const isHealthy = await look(places, parts, setAside);
      if (isHealthy || !setAside) return isHealthy ? 0 : 1;
      return (await setDamagedAside(places, parts)) ? 0 : 1;
    });
  } catch (error) {
    throw await namingServer(data, error);
  }
}

/** Prints what was found; whether a server would start on it. */
async function look(places: DataFolderPlaces, { output }: DoctorParts, setAside: boolean): Promise<boolean> {
  const report = await inspectDataFolder(places);
  const segments = await segmentsOf(places);
  output.print(describeFindings(places, report, segments, !setAside));
  return report.recordsFault === null && !segments.some(isRefused);
}

async function setDamagedAside(places: DataFolderPlaces, parts: DoctorParts): Promise<boolean> {
  const { journalDirectory, directory } = places;
  if ((await segmentsOf(places)).some(({ fault }) => fault?.kind === 'newer')) {
    parts.output.print('\nNothing is set aside: a newer version of Countinghouse can read this journal.');
    return false;
  }
  const time = new Date(parts.nowMs()).toISOString().replaceAll(':', '-');
  const target = join(directory, setAsideFolder, time);
  const result = await setAsideDamaged(journalDirectory, target);
  if (result) parts.output.print(`\n${describeSetAside(target, result)}\n`);
  return look(places, parts, false);
}

/** No journal yet is an empty one. */
async function segmentsOf({ journalDirectory }: DataFolderPlaces): Promise<SegmentReport[]> {
  return inspectJournal(journalDirectory, nodeJournalFiles).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
}

async function namingServer(data: string, error: unknown): Promise<unknown> {
  if (!(error instanceof DataFolderError) || error.code !== 'folder_in_use') return error;
  const server = await readServerFile(data);
  const holder = server ? `the server at ${server.url} (process ${server.pid})` : 'another process';
  return new Error(`${holder} has the data folder ${data} open: stop it first`);
}

export const doctor = makeDoctor(() => ({
  nowMs: Date.now,
  output: makeTerminal(process.stdout),
  errors: makeTerminal(process.stderr),
}));
