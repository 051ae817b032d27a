/**
 * How a command reaches the API: given a data folder it opens it, or goes through the server that holds it; given a
 * URL it goes there, with the key from the environment. Commands need not know which it was.
 */
import { pino } from 'pino';
import { assemble } from '../compose.ts';
import { defaultConfig, readApiKey } from '../config.ts';
import { DataFolderError } from '../storage/data-folder/data-folder-error.ts';
import { readServerFile } from '../storage/data-folder/server-file.ts';

export interface ApiConnection {
  request(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }>;
  close(): Promise<void>;
}

export interface ConnectOptions {
  readonly data?: string;
  readonly url?: string;
  /** For a URL; default: the environment's. */
  readonly key?: string;
}

export async function connect({ data, url, key }: ConnectOptions): Promise<ApiConnection> {
  if (url !== undefined) return overHttp(url, key ?? readApiKey());
  const directory = data ?? defaultConfig.data;
  try {
    return await inProcess(directory);
  } catch (error) {
    if (!(error instanceof DataFolderError) || error.code !== 'folder_in_use') throw error;
    const server = await readServerFile(directory);
    if (!server)
      throw new Error(`${error.message}; it is no server: wait until it is done`, { cause: error });
    return overHttp(server.url, server.token);
  }
}

async function inProcess(data: string): Promise<ApiConnection> {
  const { app, close } = await assemble(
    { ...defaultConfig, data, settings: null },
    pino({ level: 'silent' }),
  );
  return {
    async request(method, path, body) {
      const answer = await app.inject({
        method: method as 'GET',
        url: path,
        ...(body !== undefined && {
          payload: JSON.stringify(body),
          headers: { 'content-type': 'application/json' },
        }),
      });
      return { status: answer.statusCode, body: answer.body === '' ? null : answer.json() };
    },
    close,
  };
}

function overHttp(url: string, key: string | undefined): ApiConnection {
  return {
    async request(method, path, body) {
      const answer = await fetch(new URL(path, url), {
        method,
        headers: {
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...(key !== undefined && { authorization: `Bearer ${key}` }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      return { status: answer.status, body: await answer.json() };
    },
    close: async () => {},
  };
}
