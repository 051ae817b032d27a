// @ts-check
/** What a process has used so far, as Linux tells it under /proc. Elsewhere it is not known. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

/** @typedef {{ cpuMicroseconds: number, residentBytes: number }} ProcessUsage */

/** Linux counts CPU time for programs in hundredths of a second, whatever the kernel's own clock. */
const microsecondsPerTick = 10_000;

/**
 * @param {number} pid
 * @returns {Promise<ProcessUsage | null>}
 */
export async function readProcessUsage(pid) {
  if (!existsSync('/proc/self/stat')) return null;
  const [stat, status] = await Promise.all([
    readFile(`/proc/${pid}/stat`, 'utf8'),
    readFile(`/proc/${pid}/status`, 'utf8'),
  ]);
  // The second field is the program's name in parentheses and may contain anything; the third follows the last one.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[11]) + Number(fields[12]);
  const residentKibibytes = Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]);
  return { cpuMicroseconds: ticks * microsecondsPerTick, residentBytes: residentKibibytes * 1024 };
}
