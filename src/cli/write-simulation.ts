/**
 * A simulation to a file or to standard output, as NDJSON or CSV, so that other systems can be fed the same load. It sends
 * nothing, and it writes wave after wave: memory does not grow with the number of events.
 */
import { once } from 'node:events';
import { closeSync, openSync, writeSync } from 'node:fs';
import { fileHeader, makeFileBytes } from '../simulator/workload/file-text.ts';
import { makeWaves, waveEvents } from '../simulator/workload/waves.ts';
import { makeWorld } from '../simulator/workload/world.ts';
import type { SimulateOptions } from './simulate-options.ts';
import { progressPrinter } from './simulation-text.ts';
import { makeTerminal } from './terminal.ts';

interface Output {
  take(bytes: Uint8Array): void;
  /** Resolves when more may come. */
  ready(): Promise<void>;
  close(): void;
}

/** Written at once and from the same buffer: quicker than a stream, and nothing else has to be done meanwhile. */
function openFile(path: string): Output {
  const file = openSync(path, 'w');
  const writeAll = (bytes: Uint8Array) => {
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
  };
  return { take: writeAll, ready: async () => {}, close: () => closeSync(file) };
}

function standardOutput(): Output {
  return {
    take: (bytes) => void process.stdout.write(Buffer.from(bytes)),
    ready: async () => void (process.stdout.writableNeedDrain && (await once(process.stdout, 'drain'))),
    close: () => {},
  };
}

export async function writeSimulation(options: SimulateOptions, out: string): Promise<void> {
  const world = makeWorld({ ...options, toMs: options.endMs ?? Date.now() });
  const { extras, format, batchEvents } = options;
  const waves = makeWaves(world, { batchEvents, extras });
  const output = out === '-' ? standardOutput() : openFile(out);
  // The events may go to standard output: what is told goes beside it.
  const tell = progressPrinter(makeTerminal(process.stderr));
  const startedMs = performance.now();
  const write = makeFileBytes(format, output.take);
  let sent = 0;
  try {
    output.take(Buffer.from(fileHeader(format)));
    for (let index = Math.floor(options.fromEvent / waveEvents); index < waves.count; index += 1) {
      const wave = waves.make(index);
      for (const { batches } of wave.phases) {
        for (const batch of batches) sent += batch.sendings.length;
        write(batches);
        await output.ready();
      }
      const usage = wave.first + wave.usage;
      const seconds = Math.max(0.001, (performance.now() - startedMs) / 1_000);
      const perSecond = Math.floor(sent / seconds);
      const secondsLeft = perSecond > 0 ? Math.ceil((world.events - usage) / perSecond) : null;
      tell({ usage, usageTotal: world.events, sent, perSecond, secondsLeft });
    }
  } finally {
    output.close();
  }
}
