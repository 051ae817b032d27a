import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigError, defaultConfig, readServerConfig } from './config.ts';

const file = (content: unknown) => {
  const path = join(mkdtempSync(join(tmpdir(), 'countinghouse-config-')), 'config.json');
  writeFileSync(path, JSON.stringify(content));
  return path;
};

describe('configuration', () => {
  it('is the default where nothing is said', () => {
    expect(readServerConfig([], {})).toEqual(defaultConfig);
  });

  it('a flag wins over the environment, which wins over the file', () => {
    const path = file({ port: 1, data: 'from-file', host: 'localhost' });
    const config = readServerConfig(['--config', path, '--port', '3'], {
      COUNTINGHOUSE_PORT: '2',
      COUNTINGHOUSE_DATA: 'from-environment',
    });
    expect(config).toMatchObject({ port: 3, data: 'from-environment', host: 'localhost' });
  });

  it('--strict and its other ways of being said', () => {
    expect(readServerConfig(['--strict'], {})).toMatchObject({ strict: true });
    expect(readServerConfig([], { COUNTINGHOUSE_STRICT: 'true' })).toMatchObject({ strict: true });
    expect(readServerConfig(['--config', file({ strict: true })], {})).toMatchObject({ strict: true });
  });

  it('how late usage is treated and money is rounded', () => {
    const config = readServerConfig(['--late-policy', 'ignore'], { COUNTINGHOUSE_ROUNDING: 'half_even' });
    expect(config).toMatchObject({ latePolicy: 'ignore', rounding: 'half_even' });
  });

  it.each([
    [['--late-policy', 'never'], {}, /late-policy \(flag\)/],
    [['--rounding', 'up'], {}, /rounding \(flag\)/],
    [['--prot', '1'], {}, /prot/],
    [['serve'], {}, /serve/],
    [['--port', 'x'], {}, /port \(flag\)/],
    [['--port', '70000'], {}, /port \(flag\) is not valid/],
    [[], { COUNTINGHOUSE_LOG_LEVEL: 'loud' }, /COUNTINGHOUSE_LOG_LEVEL/],
    [['--config', '/nowhere/at/all.json'], {}, /cannot read the config file/],
  ])('%j with %j is refused and names what is wrong', (args, environment, message) => {
    expect(() => readServerConfig(args, environment)).toThrow(message);
  });

  it('an unknown setting in the file is refused', () => {
    expect(() => readServerConfig(['--config', file({ prot: 1 })], {})).toThrow(ConfigError);
  });
});
