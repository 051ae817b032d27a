/** Tells whoever counts them of every request and its answer. It counts nothing itself and delays nothing. */
import type { FastifyInstance } from 'fastify';
import { whenOver } from './connections.ts';

export interface Answered {
  readonly method: string;
  /** The route's pattern, `unknown` where there is none: never a path, of which there is no end. */
  readonly route: string;
  readonly status: number;
  /** From the request's head to the end of the answer. */
  readonly durationMs: number;
  /** It says what became of reported events, which are durable. */
  readonly acknowledges: boolean;
}

export interface RequestObserver {
  requestBegan(): void;
  /** It was answered, or its client is gone. */
  requestEnded(): void;
  answered(answer: Answered): void;
}

export function watchRequests(app: FastifyInstance, observer: RequestObserver): void {
  app.addHook('onRequest', (request, _, done) => {
    observer.requestBegan();
    whenOver(request, () => observer.requestEnded());
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    observer.answered({
      method: request.method,
      route: request.routeOptions.url ?? 'unknown',
      status: reply.statusCode,
      durationMs: reply.elapsedTime,
      acknowledges: request.eventCounts !== null,
    });
    done();
  });
}
