/**
 * What a server is told from outside, and the only place that reads the environment. A flag wins over the environment
 * (`COUNTINGHOUSE_*`), which wins over the config file (JSON), which wins over the default. Unknown names are refused.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { limits } from './limits.ts';

export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];
const latePolicies = ['next', 'ignore'] as const;
const roundings = ['half_away_from_zero', 'half_even'] as const;

export interface ServerConfig {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly data: string;
  readonly strict: boolean;
  readonly logLevel: LogLevel;
  /** Log to this file, rotated by size, instead of standard output. */
  readonly logFile: string | null;
  /** Bytes of memory for the filter of identities seen. */
  readonly dedupeMemoryBytes: number;
  /** What becomes of usage that arrives for a closed period, for customers without a policy of their own. */
  readonly latePolicy: (typeof latePolicies)[number];
  /** How a line's exact amount becomes money. */
  readonly rounding: (typeof roundings)[number];
}

export const defaultConfig: ServerConfig = {
  host: '127.0.0.1',
  port: 8787,
  data: './data',
  strict: false,
  logLevel: 'info',
  logFile: null,
  dedupeMemoryBytes: limits.dedupeBytesDefault,
  latePolicy: 'next',
  rounding: 'half_away_from_zero',
};

/** Names as they are typed; in the environment `log-level` is `COUNTINGHOUSE_LOG_LEVEL`, in the file `log_level`. */
const settings = {
  host: { type: 'string', read: (text: string) => ({ host: text }) },
  port: { type: 'string', read: (text: string) => ({ port: readPort(text) }) },
  data: { type: 'string', read: (text: string) => ({ data: text }) },
  strict: { type: 'boolean', read: (text: string) => ({ strict: readBoolean(text) }) },
  'log-level': { type: 'string', read: (text: string) => ({ logLevel: readOneOf(logLevels, text) }) },
  'log-file': { type: 'string', read: (text: string) => ({ logFile: text }) },
  'dedupe-memory': { type: 'string', read: (text: string) => ({ dedupeMemoryBytes: readBytes(text) }) },
  'late-policy': {
    type: 'string',
    read: (text: string) => ({ latePolicy: readOneOf(latePolicies, text) }),
  },
  rounding: { type: 'string', read: (text: string) => ({ rounding: readOneOf(roundings, text) }) },
} as const satisfies Record<string, { type: string; read: (text: string) => Partial<ServerConfig> }>;

type SettingName = keyof typeof settings;
const settingNames = Object.keys(settings) as SettingName[];

/** Something the operator must mend: told in one line, without a stack. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

export function readServerConfig(
  args: readonly string[],
  environment: NodeJS.ProcessEnv = process.env,
): ServerConfig | 'help' {
  const options = {
    ...Object.fromEntries(settingNames.map((name) => [name, { type: settings[name].type }])),
    config: { type: 'string' },
    help: { type: 'boolean' },
  } as Record<string, { type: 'string' | 'boolean' }>;
  const { values } = parseArgs({ args: [...args], options, strict: true, allowPositionals: false });
  if (values.help) return 'help';
  const file = values.config ?? environment.COUNTINGHOUSE_CONFIG;
  return {
    ...defaultConfig,
    ...(file === undefined ? {} : fromFile(String(file))),
    ...fromEnvironment(environment),
    ...readAll(values, 'flag', (name) => name),
  };
}

/** The key that commands send to a server that is not theirs. */
export function readApiKey(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  return environment.COUNTINGHOUSE_API_KEY;
}

function fromEnvironment(environment: NodeJS.ProcessEnv): Partial<ServerConfig> {
  return readAll(
    environment,
    'environment',
    (name) => `COUNTINGHOUSE_${name.toUpperCase().replaceAll('-', '_')}`,
  );
}

function fromFile(path: string): Partial<ServerConfig> {
  let members: Record<string, unknown>;
  try {
    members = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new ConfigError(`cannot read the config file ${path}`, { cause: error });
  }
  const inFile = (name: SettingName) => name.replaceAll('-', '_');
  const known = new Set(settingNames.map(inFile));
  const unknown = Object.keys(members).find((name) => !known.has(name));
  if (unknown !== undefined) {
    throw new ConfigError(
      `the config file ${path} has an unknown setting ${JSON.stringify(unknown)}; known: ${[...known].join(', ')}`,
    );
  }
  return readAll(members, path, inFile);
}

function readAll(
  values: Readonly<Record<string, unknown>>,
  where: string,
  nameOf: (name: SettingName) => string,
): Partial<ServerConfig> {
  let config: Partial<ServerConfig> = {};
  for (const name of settingNames) {
    const value = values[nameOf(name)];
    if (value === undefined) continue;
    try {
      config = { ...config, ...settings[name].read(String(value)) };
    } catch (error) {
      throw new ConfigError(`${nameOf(name)} (${where}) is not valid`, { cause: error });
    }
  }
  return config;
}

function readPort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number.parseInt(text, 10) : -1;
  if (port < 0 || port > 65_535)
    throw new RangeError(`a port is a number from 0 to 65535, not ${JSON.stringify(text)}`);
  return port;
}

/** `64m`, `2g`: from 1 MiB to 64 GiB. */
function readBytes(text: string): number {
  const match = /^(\d{1,5})(m|g)$/.exec(text.toLowerCase());
  const mebibytes = match ? Number.parseInt(match[1] as string, 10) * (match[2] === 'g' ? 1024 : 1) : 0;
  if (mebibytes < 1 || mebibytes > 65_536) {
    throw new RangeError(`a size such as 512m or 2g (1m to 64g), not ${JSON.stringify(text)}`);
  }
  return mebibytes * 1024 * 1024;
}

function readBoolean(text: string): boolean {
  if (text === 'true' || text === '1') return true;
  if (text === 'false' || text === '0' || text === '') return false;
  throw new RangeError(`true or false, not ${JSON.stringify(text)}`);
}

function readOneOf<Name extends string>(names: readonly Name[], text: string): Name {
  const name = names.find((known) => known === text);
  if (name !== undefined) return name;
  throw new RangeError(`one of ${names.join(', ')}, not ${JSON.stringify(text)}`);
}
