/**
 * A simulation to a file or to standard output, as NDJSON or CSV, so that other systems can be fed the same load. It sends
 * nothing, and it writes wave after wave: memory does not grow with the number of events.
 */
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { fileHeader, fileText } from '../simulator/workload/file-text.ts';
import { makeWaves, waveEvents } from '../simulator/workload/waves.ts';
import { makeWorld } from '../simulator/workload/world.ts';
import type { SimulateOptions } from './simulate-options.ts';
import { progressPrinter } from './simulation-text.ts';
import { makeTerminal } from './terminal.ts';

export async function writeSimulation(options: SimulateOptions, out: string): Promise<void> {
  const world = makeWorld({ ...options, toMs: options.endMs ?? Date.now() });
  const { extras, format, batchEvents } = options;
  const waves = makeWaves(world, { batchEvents, extras });
  const stream: Writable = out === '-' ? process.stdout : createWriteStream(out);
  // The events may go to standard output: what is told goes beside it.
  const terminal = makeTerminal(process.stderr);
  const tell = progressPrinter(terminal);
  const startedMs = performance.now();
  let sent = 0;
  stream.write(fileHeader(format));
  for (let index = Math.floor(options.fromEvent / waveEvents); index < waves.count; index += 1) {
    const wave = waves.make(index);
    for (const { batches } of wave.phases) {
      for (const batch of batches) sent += batch.sendings.length;
      const isFlowing = stream.write(fileText(batches, format), 'latin1');
      if (!isFlowing) await once(stream, 'drain');
    }
    const usage = wave.first + wave.usage;
    const seconds = Math.max(0.001, (performance.now() - startedMs) / 1_000);
    const perSecond = Math.floor(sent / seconds);
    const secondsLeft = perSecond > 0 ? Math.ceil((world.events - usage) / perSecond) : null;
    tell({ usage, usageTotal: world.events, sent, perSecond, secondsLeft });
  }
  if (out !== '-') {
    stream.end();
    await finished(stream);
  }
}
