/**
 * Around the port that is listened on: which hosts are safe, what a port that is taken means, and how long a stop waits.
 * It opens nothing itself.
 */
import type { FastifyInstance } from 'fastify';
import { ConfigError, type ServerConfig } from './config.ts';
import { limits } from './limits.ts';

/** Waits for requests in flight, but not for ever: a client that never finishes must not keep the server. */
export async function closeInTime(app: FastifyInstance): Promise<void> {
  const timer = setTimeout(() => app.server.closeAllConnections(), limits.stopTimeoutMs);
  try {
    await app.close();
  } finally {
    clearTimeout(timer);
  }
}

/** Without keys, whoever reaches the port may do anything: only this machine may reach it. */
export function refuseOpenHost(host: string): void {
  if (host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host)) return;
  throw new ConfigError(
    `--host ${host} would let other machines in, and there are no API keys yet to tell them apart: use 127.0.0.1, with a proxy in front that checks who calls`,
  );
}

export function asListenError(error: unknown, { host, port }: ServerConfig): unknown {
  if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') return error;
  return new ConfigError(
    `port ${port} on ${host} is taken: stop what listens there, or choose another with --port`,
  );
}
