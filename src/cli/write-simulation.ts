/**
 * A simulation to a file or to standard output, as NDJSON or CSV, so that other systems can be fed the same load. It sends
 * nothing, and it writes wave after wave: memory does not grow with the number of events.
 */
import { once } from 'node:events';
import { closeSync, openSync, writeSync } from 'node:fs';
import {
  fileHeader,
  makeFileBytes,
  makeUsageBytes,
  type TakeBytes,
} from '../simulator/workload/file-text.ts';
import { makeWaves, type Waves, waveEvents } from '../simulator/workload/waves.ts';
import { makeWorld, type World } from '../simulator/workload/world.ts';
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

/** Writes one wave by its index, and says how many lines it made and where its usage ends. */
type WriteWave = (index: number) => { readonly lines: number; readonly usageEnd: number };

function makeWaveWriter(options: SimulateOptions, world: World, waves: Waves, take: TakeBytes): WriteWave {
  if (!options.extras && options.format === 'ndjson') {
    const write = makeUsageBytes(world, take);
    return (index) => {
      const first = index * waveEvents;
      const usageEnd = Math.min(first + waveEvents, world.events);
      write(first, usageEnd);
      return { lines: usageEnd - first, usageEnd };
    };
  }
  const write = makeFileBytes(options.format, take);
  return (index) => {
    const { first, phases } = waves.make(index);
    let lines = 0;
    for (const { batches } of phases) {
      write(batches);
      for (const { sendings } of batches) lines += sendings.length;
    }
    // The last wave only repeats, and begins behind the end.
    return { lines, usageEnd: Math.min(first + waveEvents, world.events) };
  };
}

export async function writeSimulation(options: SimulateOptions, out: string): Promise<void> {
  const world = makeWorld({ ...options, toMs: options.endMs ?? Date.now() });
  const waves = makeWaves(world, options);
  const output = out === '-' ? standardOutput() : openFile(out);
  // The events may go to standard output: what is told goes beside it.
  const tell = progressPrinter(makeTerminal(process.stderr));
  const startedMs = performance.now();
  const write = makeWaveWriter(options, world, waves, output.take);
  let sent = 0;
  try {
    output.take(Buffer.from(fileHeader(options.format)));
    for (let index = Math.floor(options.fromEvent / waveEvents); index < waves.count; index += 1) {
      const { lines, usageEnd: usage } = write(index);
      sent += lines;
      await output.ready();
      const seconds = Math.max(0.001, (performance.now() - startedMs) / 1_000);
      const perSecond = Math.floor(sent / seconds);
      const secondsLeft = perSecond > 0 ? Math.ceil((world.events - usage) / perSecond) : null;
      tell({ usage, usageTotal: world.events, sent, perSecond, secondsLeft });
    }
  } finally {
    output.close();
  }
}
