/** `countinghouse serve`: the server, until it is told to stop. */
import { defaultConfig, readServerConfig } from '../config.ts';
import type { Command } from './command.ts';
import { waitForInterruption } from './interruption.ts';
import { reportFailure } from './report-failure.ts';
import { makeTerminal } from './terminal.ts';

const help = `Usage: countinghouse serve [options]

Starts the server on one data folder and answers until Ctrl-C (or SIGTERM), then finishes what is in flight.

Options:                                                             environment
  --port N          where to listen; 0: any free one (${defaultConfig.port})            COUNTINGHOUSE_PORT
  --host HOST       this machine only (${defaultConfig.host})                      COUNTINGHOUSE_HOST
  --data DIR        the data folder; made if missing (${defaultConfig.data})          COUNTINGHOUSE_DATA
  --strict          refuse events of unknown customers and services   COUNTINGHOUSE_STRICT
  --log-level L     fatal, error, warn, info, debug, trace, silent    COUNTINGHOUSE_LOG_LEVEL
  --log-file FILE   log there, rotated at 50 MB, ten files kept       COUNTINGHOUSE_LOG_FILE
  --dedupe-memory S memory to remember identities, 64m, 2g (1g)       COUNTINGHOUSE_DEDUPE_MEMORY
  --late-policy P   next, ignore: usage for a closed period (next)    COUNTINGHOUSE_LATE_POLICY
  --rounding MODE   half_away_from_zero, half_even (the first)        COUNTINGHOUSE_ROUNDING
  --config FILE     these settings as JSON ({ "log_level": "warn" })  COUNTINGHOUSE_CONFIG
  --help            this text

A flag wins over the environment, which wins over the config file, which wins over the default.

Examples:
  countinghouse serve
  countinghouse serve --port 9000 --data /var/lib/countinghouse --strict
`;

export const serve: Command = {
  name: 'serve',
  summary: 'start the server',
  help,
  async run(args) {
    try {
      const config = readServerConfig(args);
      if (config === 'help') {
        makeTerminal(process.stdout).print(help.trimEnd());
        return 0;
      }
      // Loaded when it is needed: it brings the engines along, and `--help` should not.
      const { startServer } = await import('../compose.ts');
      const server = await startServer(config);
      await waitForInterruption().asked;
      await server.close();
      return 0;
    } catch (error) {
      return reportFailure('serve', error, makeTerminal(process.stderr));
    }
  },
};
