/** Keeps what was not delivered where it belongs before it leaves the spool: dead letters, and what is held back. */
import type { Settings } from './options.ts';
import type { DeadLetter, DeadLetters, HeldEvent, Outbox } from './outbox.ts';
import { retryDelayMs } from './retry-delay.ts';
import type { Surroundings } from './surroundings.ts';

export interface Burial {
  /** Nothing leaves the spool before these are kept; a disk that is full is waited for. False: stopped before. */
  keep(letters: readonly DeadLetter[], held: readonly HeldEvent[]): Promise<boolean>;
  /** Tells of dead letters that are kept. */
  announce(letters: readonly DeadLetter[]): void;
}

interface Parts {
  readonly outbox: Pick<Outbox, 'hold'>;
  readonly deadLetters: DeadLetters;
  readonly settings: Pick<Settings, 'logger' | 'onDeadLetter' | 'retry'>;
  readonly surroundings: Pick<Surroundings, 'rest'>;
  readonly stopped: AbortSignal;
}

export function makeBurial(parts: Parts): Burial {
  const { settings } = parts;
  return {
    keep: (letters, held) => keep(letters, held, parts),
    announce: (letters) => {
      for (const letter of letters) announce(letter, settings);
    },
  };
}

async function keep(
  letters: readonly DeadLetter[],
  held: readonly HeldEvent[],
  { outbox, deadLetters, settings, surroundings, stopped }: Parts,
): Promise<boolean> {
  let isHeld = held.length === 0;
  for (let attempt = 1; ; attempt += 1) {
    try {
      if (!isHeld) outbox.hold(held);
      isHeld = true;
      if (letters.length > 0) await deadLetters.write(letters);
      return true;
    } catch (error) {
      settings.logger.error({ error: messageOf(error) }, 'dead letters or held events could not be written');
      await surroundings.rest(retryDelayMs(attempt, settings.retry, 1, null), stopped);
      if (stopped.aborted) return false;
    }
  }
}

function announce(letter: DeadLetter, { logger, onDeadLetter }: Parts['settings']): void {
  const { id, source, code, field, message } = letter;
  logger.error({ id, source, code, field }, `an event is dead: ${message}`);
  const failed = (error: unknown): void =>
    logger.error({ id, error: messageOf(error) }, 'onDeadLetter failed');
  try {
    Promise.resolve(onDeadLetter(letter)).catch(failed);
  } catch (error) {
    failed(error);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
