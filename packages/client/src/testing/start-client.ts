/** A client over a scripted server whose waits are written down instead of waited for. For tests only. */
import { onTestFinished } from 'vitest';
import { BillingClient } from '../node.ts';
import type { BillingClientOptions } from '../options.ts';
import { type Surroundings, systemSurroundings } from '../surroundings.ts';
import { type ScriptedServer, type Step, startScriptedServer } from './scripted-server.ts';

export interface ClientUnderTest {
  readonly client: BillingClient;
  readonly server: ScriptedServer;
  /** The waits between attempts, in ms. */
  readonly waits: readonly number[];
}

export const testNowMs = Date.parse('2026-11-24T10:00:00.123Z');

export async function startClient(
  script: readonly Step[],
  options: BillingClientOptions & { otherwise?: Step; surroundings?: Partial<Surroundings> } = {},
): Promise<ClientUnderTest> {
  const { otherwise, surroundings = {}, ...rest } = options;
  const server = await startScriptedServer(script, otherwise);
  const waits: number[] = [];
  const sleep = async (ms: number): Promise<void> => {
    waits.push(ms);
  };
  const faked = {
    ...systemSurroundings,
    ...{ nowMs: () => testNowMs, random: () => 0.5, sleep, rest: sleep },
    ...surroundings,
  };
  const client = new BillingClient({ baseUrl: server.baseUrl, ...rest }, faked);
  onTestFinished(() => server.close());
  return { client, server, waits };
}

/** What the promise was rejected with; an error when it was not. */
export async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => new Error('it did not fail'),
    (error: unknown) => error,
  );
}
