/**
 * Trouble in the log: the first of a kind at once and whole, the same again only counted, one line a kind every few
 * seconds, so that an outage does not fill the disk with what everybody knows by then. It judges nothing.
 */
import type { FastifyBaseLogger } from 'fastify';

export interface Trouble {
  /** What is the same when it comes again. Numbers in it do not count. */
  readonly kind: string;
  readonly level: 'warn' | 'error';
  readonly message: string;
  /** What the first line says besides; a stack stands in an `err`. */
  readonly details: object;
}

export interface TroubleLog {
  report(trouble: Trouble): void;
  /** Writes down what was only counted so far. */
  flush(): void;
}

/** Beyond this many kinds within one span the rest are one kind. */
const kindsMax = 100;

export function makeTroubleLog(logger: FastifyBaseLogger, everyMs: number): TroubleLog {
  const repeated = new Map<string, { readonly trouble: Trouble; count: number }>();
  let timer: NodeJS.Timeout | null = null;

  const flush = () => {
    if (timer) clearTimeout(timer);
    timer = null;
    for (const [kind, { trouble, count }] of repeated) {
      const { level, message } = trouble;
      if (count === 0) repeated.delete(kind);
      else logger[level]({ kind, count }, `${message}, again`);
    }
    for (const entry of repeated.values()) entry.count = 0;
    if (repeated.size > 0) wait();
  };
  const wait = () => {
    timer ??= setTimeout(flush, everyMs).unref();
  };
  return {
    report(trouble) {
      const kind = kindOf(trouble.kind);
      const known = repeated.get(kind) ?? (repeated.size < kindsMax ? undefined : repeated.get(others));
      if (known) {
        known.count += 1;
        return;
      }
      repeated.set(repeated.size < kindsMax ? kind : others, { trouble, count: 0 });
      logger[trouble.level]({ kind, ...trouble.details }, trouble.message);
      wait();
    },
    flush,
  };
}

const others = 'more kinds';

function kindOf(text: string): string {
  return text.replace(/\d+/g, 'N').slice(0, 200);
}
