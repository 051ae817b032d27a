/** The server's log: JSON lines, or readable ones on a terminal; to standard output, or to a file that rotates by size. */
import { type DestinationStream, type Logger, pino } from 'pino';
import pretty from 'pino-pretty';
import roll from 'pino-roll';
import type { ServerConfig } from './config.ts';

const fileBytesMax = '50m';
const filesKept = 10;

export async function makeLogger({
  logLevel,
  logFile,
}: Pick<ServerConfig, 'logLevel' | 'logFile'>): Promise<Logger> {
  const options = { level: logLevel, base: { pid: process.pid }, timestamp: pino.stdTimeFunctions.isoTime };
  return pino(options, logFile === null ? toStandardOutput() : await toFile(logFile));
}

function toStandardOutput(): DestinationStream {
  // Synchronous: the last lines before a crash are the ones that matter.
  return process.stdout.isTTY
    ? pretty({ sync: true, ignore: 'pid,hostname' })
    : pino.destination({ dest: 1, sync: true });
}

async function toFile(file: string): Promise<DestinationStream> {
  return roll({ file, size: fileBytesMax, limit: { count: filesKept }, mkdir: true, sync: true });
}
