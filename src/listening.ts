/**
 * Around the port that is listened on: what is said without keys, what a port that is taken means, how long a stop waits.
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

/** A server that other machines reach, and that nobody has a key for, is of no use to anybody. */
export function keysAreMissing({ host, data }: Pick<ServerConfig, 'host' | 'data'>): ConfigError {
  return new ConfigError(
    `--host ${host} lets other machines in, which need an API key, and there is none yet. Make one: ` +
      `countinghouse keys create --name admin --scope admin --data ${shellWord(data)}`,
  );
}

function shellWord(text: string): string {
  return /^[\w./~@%+=:,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

export function asListenError(error: unknown, { host, port }: ServerConfig): unknown {
  if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') return error;
  return new ConfigError(
    `port ${port} on ${host} is taken: stop what listens there, or choose another with --port`,
  );
}
