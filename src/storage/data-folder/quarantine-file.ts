/** The quarantine as a file of JSON lines in the data folder: `{ at, reason, event }`. Only ever added to. */
import { open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Identity, StoredEvent } from '../../domain/events/stored-event.ts';
import type { Quarantine } from '../quarantine.ts';
import type { Seen } from '../usage-store.ts';
import { syncFolder } from './write-atomically.ts';

export async function openQuarantineFile(file: string, nowMs: () => number): Promise<Quarantine> {
  const text = await readText(file);
  const kept = readKept(text);
  let isNew = text === '';
  // A line that was cut short ends here, so that the next one stands alone.
  let separator = isNew || text.endsWith('\n') ? '' : '\n';
  return {
    async keep(events, reason) {
      const added = events.filter((event) => !kept.has(identityText(event)));
      if (added.length === 0) return;
      const at = new Date(nowMs()).toISOString();
      const lines = added.map((event) => lineOf({ at, reason: reason.message, event }));
      const addition = separator + lines.join('');
      separator = '\n';
      await append(file, addition);
      separator = '';
      if (isNew) await syncFolder(dirname(file));
      isNew = false;
      for (const event of added) kept.set(identityText(event), keptOf(event));
    },
    describe: () =>
      kept.size === 0
        ? null
        : `${kept.size} acknowledged events that the usage store refused are kept in ${file}`,
    count: () => kept.size,
    find: (identities) => identities.flatMap((identity) => kept.get(identityText(identity)) ?? []),
    identities: () => kept.values(),
    lastSequence: () => [...kept.values()].reduce((last, { sequence }) => Math.max(last, sequence), 0),
  };
}

interface Kept extends Seen {
  readonly sequence: number;
}

interface Line {
  readonly at: string;
  readonly reason: string;
  readonly event: StoredEvent;
}

function lineOf(line: Line): string {
  return `${JSON.stringify(line)}\n`;
}

async function append(file: string, text: string): Promise<void> {
  const handle = await open(file, 'a', 0o600);
  try {
    await handle.appendFile(text);
    await handle.datasync();
  } finally {
    await handle.close();
  }
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw new Error(`cannot read ${file}`, { cause: error });
  }
}

/** A line that is not whole was never answered for: its event comes again, from the journal. */
function readKept(text: string): Map<string, Kept> {
  const kept = new Map<string, Kept>();
  for (const line of text.split('\n')) {
    try {
      if (line === '') continue;
      const { event } = JSON.parse(line) as Line;
      kept.set(identityText(event), keptOf(event));
    } catch {}
  }
  return kept;
}

function keptOf({ source, id, fingerprint, sequence }: StoredEvent): Kept {
  return { source, id, fingerprint, sequence };
}

function identityText({ source, id }: Identity): string {
  return JSON.stringify([source, id]);
}
