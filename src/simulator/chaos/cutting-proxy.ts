/**
 * A proxy on this machine between the simulator and its server that cuts and delays connections, at moments drawn from
 * the seed. It reads nothing of what passes. Without faults it is a plain pipe.
 */
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { Random } from '../workload/random.ts';

export interface CuttingProxy {
  readonly url: string;
  /** Whether faults happen. */
  setFaults(on: boolean): void;
  cuts(): number;
  delays(): number;
  close(): Promise<void>;
}

export interface ProxyOptions {
  /** Where to; null while there is nobody. */
  readonly targetPort: () => number | null;
  readonly random: Random;
  /** Told of each piece of a request that was handed on while faults are on. */
  readonly onPiece: () => void;
}

const host = '127.0.0.1';

export async function startCuttingProxy(options: ProxyOptions): Promise<CuttingProxy> {
  const state = { faults: false, cuts: 0, delays: 0 };
  const open = new Set<Socket>();
  const server = createServer({ noDelay: true }, (near) => {
    open.add(near);
    near.once('close', () => open.delete(near));
    join(near, options, state);
  });
  const port = await listen(server);
  return {
    url: `http://${host}:${port}`,
    setFaults(on) {
      state.faults = on;
    },
    cuts: () => state.cuts,
    delays: () => state.delays,
    async close() {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, host, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
}

interface State {
  faults: boolean;
  cuts: number;
  delays: number;
}

function join(near: Socket, options: ProxyOptions, state: State): void {
  const port = options.targetPort();
  near.on('error', () => {});
  if (port === null) {
    near.destroy();
    return;
  }
  const far = connect({ port, host, noDelay: true });
  far.on('error', () => {});
  const cut = () => {
    near.destroy();
    far.destroy();
  };
  near.once('close', cut);
  far.once('close', cut);
  near.on('data', (piece) => {
    const pass = () => {
      far.write(piece);
      if (state.faults) options.onPiece();
    };
    disturb({ near, pass, cut, state, random: options.random });
  });
  far.on('data', (piece) => {
    // An answer that is cut in the middle is no answer, though all of the request was done.
    const isCut = state.faults && options.random.below(60) === 0;
    if (!isCut) return void near.write(piece);
    state.cuts += 1;
    near.write(piece.subarray(0, options.random.below(piece.length)), cut);
  });
}

interface Disturbance {
  readonly near: Socket;
  pass(): void;
  cut(): void;
  readonly state: State;
  readonly random: Random;
}

/** One piece in forty is lost with its connection, one in forty is done and its answer lost, one in ten is late. */
function disturb({ near, pass, cut, state, random }: Disturbance): void {
  const lot = state.faults ? random.below(40) : 40;
  if (lot === 0) {
    state.cuts += 1;
    cut();
  } else if (lot === 1) {
    state.cuts += 1;
    pass();
    setTimeout(cut, random.below(20));
  } else if (lot < 6) {
    state.delays += 1;
    // Later pieces wait behind this one, as on a slow line.
    near.pause();
    setTimeout(() => {
      pass();
      near.resume();
    }, 5 + random.below(60));
  } else pass();
}
