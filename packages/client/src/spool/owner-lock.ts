/**
 * The lock of one client's folder: a local socket in it, listened on as long as the process lives. It dies with the
 * process however that ends, which no lock file does. Whoever can connect knows that the owner lives.
 */
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { nodeSpoolFiles, type SpoolFiles } from './spool-files.ts';

export const lockName = 'lock';

/** What a socket's address can hold, on Linux and on macOS, with its closing zero. */
const pathBytesMax = process.platform === 'linux' ? 107 : 103;

/** Throws when the folder takes no socket. Returns once the lock is held; unref'd. */
export function holdLock(directory: string, files: SpoolFiles = nodeSpoolFiles): { release(): void } {
  const short = shortPath(directory, files);
  const server: Server = createServer((socket) => socket.destroy());
  // It is told of on the next turn; by then the missing handle has said it.
  server.on('error', () => {});
  // Exclusive: a worker of Node's cluster would otherwise share its parent's.
  server.listen({ path: short.path, exclusive: true });
  if (!server.listening) {
    short.close();
    throw new Error(`no local socket can be made in ${directory}`);
  }
  server.unref();
  return {
    release: () => {
      server.close();
      short.close();
    },
  };
}

/** False only when it is certain: nobody listens, or there is no socket. */
export async function isLockHeld(directory: string, files: SpoolFiles = nodeSpoolFiles): Promise<boolean> {
  if (!files.existsSync(join(directory, lockName))) return false;
  let short: ReturnType<typeof shortPath>;
  try {
    short = shortPath(directory, files);
  } catch {
    return true;
  }
  const answer = await new Promise<boolean>((resolve) => {
    const socket = connect({ path: short.path });
    socket.unref();
    socket.once('connect', () => resolve(true));
    socket.once('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code !== 'ECONNREFUSED' && error.code !== 'ENOENT');
    });
    socket.once('connect', () => socket.destroy());
  });
  short.close();
  return answer;
}

/** A path to the lock that fits into an address: through the open folder where its own is too long. */
function shortPath(directory: string, files: SpoolFiles): { readonly path: string; close(): void } {
  const path = join(directory, lockName);
  if (Buffer.byteLength(path) <= pathBytesMax) return { path, close: () => {} };
  if (process.platform !== 'linux') {
    throw new Error(`the path ${path} is longer than a local socket's may be (${pathBytesMax} bytes)`);
  }
  const folder = files.openSync(directory, 'r');
  return { path: `/proc/self/fd/${folder}/${lockName}`, close: () => files.closeSync(folder) };
}
