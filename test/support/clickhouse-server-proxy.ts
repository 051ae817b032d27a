/**
 * Stands between a client and a server and loses answers when told to: the request arrives whole, the answer is
 * cut off. It understands no protocol; it looks for a word in what is sent.
 */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export interface LosingProxy {
  readonly url: string;
  /** How many answers were lost so far. */
  lost(): number;
  close(): Promise<void>;
}

/** Loses the answers to the first `lossesMax` connections that send `word`. */
export async function startLosingProxy(
  target: string,
  word: string,
  lossesMax: number,
): Promise<LosingProxy> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let losses = 0;
  const server = createServer((client) => {
    const upstream = connect(Number.parseInt(port, 10), hostname);
    let doomed = false;
    client.on('data', (chunk) => {
      doomed ||= losses < lossesMax && chunk.includes(word);
      upstream.write(chunk);
    });
    upstream.on('data', (chunk) => {
      if (!doomed) return client.write(chunk);
      losses += 1;
      client.destroy();
      return upstream.destroy();
    });
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        client.destroy();
        upstream.destroy();
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no free port');
  const close = async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  };
  return { url: `http://127.0.0.1:${address.port}`, lost: () => losses, close };
}
