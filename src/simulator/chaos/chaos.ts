/**
 * Faults while a simulation runs: the server dies in the middle of requests and comes back on the same data folder, and
 * connections are cut and delayed on the way. When is drawn from the seed, by what has passed and not by the clock.
 */
import { randomFrom } from '../workload/random.ts';
import { type CuttingProxy, startCuttingProxy } from './cutting-proxy.ts';
import { type KillableServer, type ServerCommand, startKillableServer } from './killable-server.ts';

export interface Chaos {
  /** Where to send: it stays, whatever becomes of the server. */
  readonly url: string;
  begin(): void;
  /** Ends the faults, and kills and restarts once more, so that what is asked then was read back from the disk. */
  end(): Promise<void>;
  /** Kills and restarts now. */
  restart(): Promise<void>;
  counts(): { readonly kills: number; readonly cuts: number; readonly delays: number };
  close(): Promise<void>;
}

/** A server that dies every so many pieces of requests, on average. */
export interface ChaosOptions {
  readonly seed: number;
  readonly server: ServerCommand;
  readonly piecesBetweenKills: number;
}

export async function startChaos(options: ChaosOptions): Promise<Chaos> {
  const random = randomFrom(options.seed, 'chaos');
  const server: KillableServer = await startKillableServer(options.server);
  const drawPieces = () => 1 + random.below(2 * options.piecesBetweenKills);
  let piecesLeft = drawPieces();
  let failure: unknown = null;

  /** A server that does not come back ends the run when the requests lose their patience; the reason is kept. */
  function killSoon(): void {
    setTimeout(() => {
      server.restart().catch((error: unknown) => {
        failure ??= error;
      });
    }, random.below(15));
  }

  const proxy: CuttingProxy = await startCuttingProxy({
    targetPort: () => server.port(),
    random,
    onPiece() {
      piecesLeft -= 1;
      if (piecesLeft > 0) return;
      piecesLeft = drawPieces();
      killSoon();
    },
  });
  return {
    url: proxy.url,
    begin: () => proxy.setFaults(true),
    restart: () => server.restart(),
    async end() {
      proxy.setFaults(false);
      if (failure !== null) throw failure;
      await server.restart();
    },
    counts: () => ({ kills: server.kills(), cuts: proxy.cuts(), delays: proxy.delays() }),
    async close() {
      await proxy.close();
      await server.stop();
    },
  };
}
