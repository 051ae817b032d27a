/** Every command of the executable, in the order in which they are shown. */
import { close } from './close.ts';
import type { Command } from './command.ts';
import { deadLetterCommands } from './dead-letters.ts';
import { demo } from './demo.ts';
import { doctor } from './doctor.ts';
import { eventsSend } from './events-send.ts';
import { importCustomers } from './import-customers.ts';
import { importServices } from './import-services.ts';
import { keysCreate } from './keys-create.ts';
import { keysList } from './keys-list.ts';
import { keysRevoke } from './keys-revoke.ts';
import { keysRotate } from './keys-rotate.ts';
import { loadCommand } from './load.ts';
import { relay } from './relay.ts';
import { serve } from './serve.ts';
import { simulate } from './simulate.ts';
import { verify } from './verify.ts';

export const commands: readonly Command[] = [
  ...[serve, demo, simulate, loadCommand, importCustomers, importServices, close, verify],
  ...[keysCreate, keysList, keysRotate, keysRevoke],
  ...[eventsSend, relay, ...deadLetterCommands],
  doctor,
];
