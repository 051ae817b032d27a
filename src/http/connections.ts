/**
 * What each connection has in flight. When a request is over is told once and surely: Node says nothing of answers that
 * stand behind another one (pipelining) when their client goes away, and what was held for them would be held for ever.
 * It also lets the requests of one connection in a few at a time, so that none of them starves the others.
 */
import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Busy } from '../errors.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** null only before the first hook. */
    flight: Flight | null;
  }
}

/** One request on its way. */
interface Flight {
  readonly request: FastifyRequest;
  isOver: boolean;
  readonly atEnd: (() => void)[];
}

interface Connection {
  readonly flights: Set<Flight>;
  running: number;
  readonly waiting: (() => void)[];
  /** It sent something that is not HTTP: nothing more is read from it. */
  isBroken: boolean;
}

export interface TurnLimits {
  /** Requests of one connection that are worked on at once. */
  readonly connectionInFlightMax: number;
  /** Those that wait behind them; further ones are refused. */
  readonly connectionWaitingMax: number;
}

export interface Connections {
  /** To be called first of all hooks. */
  track(app: FastifyInstance): void;
  /** To be called after whoever may refuse a request at once. */
  takeTurns(app: FastifyInstance, limits: TurnLimits): void;
  /**
   * Calls `act` when everything that this connection sent whole is answered; once, however often it is called for one
   * connection. Of a connection without requests: at once.
   */
  whenAnswered(socket: Socket, act: () => void): void;
}

/** Calls `act` when the request was answered, or its client is gone: at once, when that is so already. */
export function whenOver({ flight }: FastifyRequest, act: () => void): void {
  if (flight === null || flight.isOver) act();
  else flight.atEnd.push(act);
}

export function makeConnections(): Connections {
  const connections = new WeakMap<Socket, Connection>();
  const connectionOf = (socket: Socket): Connection => {
    const known = connections.get(socket);
    if (known) return known;
    const made: Connection = { flights: new Set(), running: 0, waiting: [], isBroken: false };
    connections.set(socket, made);
    socket.once('close', () => {
      for (const flight of made.flights) end(made, flight);
    });
    return made;
  };
  return {
    track(app) {
      app.decorateRequest('flight', null);
      app.addHook('onRequest', (request, reply, done) => {
        const connection = connectionOf(request.raw.socket);
        const flight: Flight = { request, isOver: false, atEnd: [] };
        request.flight = flight;
        connection.flights.add(flight);
        reply.raw.once('close', () => end(connection, flight));
        done();
      });
    },
    takeTurns(app, limits) {
      app.addHook('onRequest', (request, _, done) => {
        takeTurn(connectionOf(request.raw.socket), request, limits, done);
      });
    },
    whenAnswered(socket, act) {
      const connection = connectionOf(socket);
      if (connection.isBroken) return;
      connection.isBroken = true;
      // What broke in the middle will never be answered; what came whole before it will.
      const whole = [...connection.flights].filter(({ request }) => request.raw.complete);
      let left = whole.length;
      if (left === 0) act();
      for (const flight of whole) {
        flight.atEnd.push(() => {
          left -= 1;
          if (left === 0) act();
        });
      }
    },
  };
}

function end(connection: Connection, flight: Flight): void {
  if (flight.isOver) return;
  flight.isOver = true;
  connection.flights.delete(flight);
  for (const act of flight.atEnd) act();
}

function takeTurn(
  connection: Connection,
  request: FastifyRequest,
  { connectionInFlightMax, connectionWaitingMax }: TurnLimits,
  done: (error?: Error) => void,
): void {
  const start = () => {
    connection.running += 1;
    whenOver(request, () => {
      connection.running -= 1;
      // Nobody waits any more for what has not begun.
      if (!request.raw.socket.destroyed) connection.waiting.shift()?.();
    });
    done();
  };
  if (connection.running < connectionInFlightMax) start();
  else if (connection.waiting.length < connectionWaitingMax) connection.waiting.push(start);
  else done(new Busy('too many requests of this connection wait already', 1));
}
