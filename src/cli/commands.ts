/** Every command of the executable, in the order in which they are shown. */
import type { Command } from './command.ts';
import { deadLetterCommands } from './dead-letters.ts';
import { demo } from './demo.ts';
import { doctor } from './doctor.ts';
import { eventsSend } from './events-send.ts';
import { importCustomers } from './import-customers.ts';
import { importServices } from './import-services.ts';
import { relay } from './relay.ts';
import { serve } from './serve.ts';
import { simulate } from './simulate.ts';

export const commands: readonly Command[] = [
  serve,
  demo,
  simulate,
  importCustomers,
  importServices,
  eventsSend,
  relay,
  ...deadLetterCommands,
  doctor,
];
