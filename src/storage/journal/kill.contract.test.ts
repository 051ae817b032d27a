/** A real process that is killed while it appends: every entry that it reported is there, in order and once. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { nodeJournalFiles } from './journal-files.ts';
import { openJournal } from './open-journal.ts';
import { textsOf } from './testing/read-back.ts';

const segmentBytesMax = 20_000;
const rounds = 4;
const reportedBeforeKill = 40;

test('entries acknowledged before a SIGKILL are recovered, over several lives of one journal', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'countinghouse-kill-'));
  try {
    const owed: string[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      owed.push(...(await appendUntilKilled(directory, round)));
      const { journal, recovered } = await openJournal({
        directory,
        files: nodeJournalFiles,
        segmentBytesMax,
      });
      const found = await textsOf(recovered);
      await journal.close();
      expect(found.map(({ entry }) => entry)).toEqual(found.map((_, index) => index + 1));
      const texts = found.map(({ text }) => text.trimEnd());
      expect(texts.slice(0, owed.length)).toEqual(owed);
      // The entry that was under way may have come through; it is owed from now on.
      expect(texts.length - owed.length).toBeLessThanOrEqual(1);
      owed.splice(0, owed.length, ...texts);
    }
  } finally {
    await rm(directory, { recursive: true });
  }
});

/** What the process said it had appended before it was killed. */
async function appendUntilKilled(directory: string, round: number): Promise<string[]> {
  // Vite runs the TypeScript sources: the test needs no build.
  const script = `import { runnerImport } from 'vite';
    const load = async (name) => (await runnerImport(process.argv[1] + '/' + name, { configFile: false, logLevel: 'error' })).module;
    const { nodeJournalFiles } = await load('journal-files.ts');
    const { openJournal } = await load('open-journal.ts');
    const [, , directory, round] = process.argv;
    const { journal } = await openJournal({ directory, files: nodeJournalFiles, segmentBytesMax: ${segmentBytesMax} });
    for (let count = 1; ; count += 1) {
      const text = round + '-' + count;
      await journal.append([Buffer.from(text), Buffer.alloc((count * 37) % 3000, ' ')]);
      process.stdout.write(text + '\\n');
    }`;
  const child = spawn(
    process.execPath,
    ['--input-type=module', '--eval', script, import.meta.dirname, directory, `${round}`],
    { cwd: import.meta.dirname, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let output = '';
  child.stdout.setEncoding('utf8');
  child.stdout.on('data', (text: string) => {
    output += text;
    if (output.split('\n').length > reportedBeforeKill) child.kill('SIGKILL');
  });
  const [code, signal] = await once(child, 'close');
  expect({ code, signal }).toEqual({ code: null, signal: 'SIGKILL' });
  return output.split('\n').slice(0, -1);
}
