/**
 * Who may import whom (STYLE.md): zone by zone, ours and others' packages. A folder that is not listed has no
 * rights at all. `node:` stands for Node's own modules.
 */
export interface Zone {
  /** A folder or a file; the longest one that fits a path is its zone. A zone may always import itself. */
  readonly path: string;
  readonly mayImport: readonly string[];
}

const wire = '@countinghouse/client/wire';
const client = '@countinghouse/client';
const leaves = ['src/money', 'src/time', 'src/errors.ts', 'src/limits.ts', 'src/turns.ts'];
/** An adapter knows its port and its driver, never another adapter. */
const adapter = ['src/storage', 'src/domain', ...leaves, wire, 'node:'];

export const zones: readonly Zone[] = [
  { path: 'src/money', mayImport: [] },
  { path: 'src/time', mayImport: ['temporal-polyfill'] },
  { path: 'src/errors.ts', mayImport: [] },
  { path: 'src/limits.ts', mayImport: [] },
  { path: 'src/turns.ts', mayImport: ['node:'] },
  { path: 'src/domain', mayImport: [...leaves, wire, 'csv-parse', 'lossless-json'] },
  { path: 'src/storage', mayImport: ['src/domain', ...leaves, wire] },
  { path: 'src/storage/clickhouse', mayImport: [...adapter, 'chdb', '@clickhouse/client'] },
  { path: 'src/storage/records', mayImport: [...adapter, 'kysely', 'libsql', 'pg'] },
  { path: 'src/storage/journal', mayImport: adapter },
  { path: 'src/storage/data-folder', mayImport: [...adapter, 'libsql'] },
  { path: 'src/ingest', mayImport: ['src/domain', 'src/storage', ...leaves, wire] },
  { path: 'src/usecases', mayImport: ['src/domain', 'src/storage', 'src/ingest', ...leaves, wire] },
  {
    path: 'src/http',
    mayImport: [
      ...['src/usecases', 'src/errors.ts', 'src/limits.ts', 'src/turns.ts', wire, 'node:'],
      ...['fastify', '@fastify/swagger', '@fastify/swagger-ui', 'ajv', 'typebox', 'lossless-json'],
    ],
  },
  { path: 'src/config.ts', mayImport: ['src/limits.ts', 'node:'] },
  { path: 'src/listening.ts', mayImport: ['src/config.ts', 'src/limits.ts', 'fastify'] },
  { path: 'src/logger.ts', mayImport: ['src/config.ts', 'node:', 'pino', 'pino-pretty', 'pino-roll'] },
  { path: 'src/pino-roll.d.ts', mayImport: ['pino'] },
  // It implements what the edge and the pipeline ask of whoever watches them.
  { path: 'src/metrics.ts', mayImport: ['src/http', 'src/ingest', 'prom-client'] },
  {
    path: 'src/start-ingest.ts',
    mayImport: ['src/storage', 'src/ingest', ...leaves, 'src/metrics.ts', 'node:', 'pino', 'xxhash-wasm'],
  },
  {
    path: 'src/compose.ts',
    mayImport: [
      ...['src/storage', 'src/storage/clickhouse', 'src/storage/records', 'src/storage/journal'],
      ...['src/storage/data-folder', 'src/domain', 'src/ingest', 'src/usecases', 'src/http', ...leaves],
      ...[
        'src/config.ts',
        'src/listening.ts',
        'src/logger.ts',
        'src/metrics.ts',
        'src/start-ingest.ts',
        wire,
        'node:',
        'fastify',
        'pino',
      ],
    ],
  },
  // A small server of its own: the wire's edge, with a spool behind it instead of a store.
  { path: 'src/relay', mayImport: ['src/http', 'src/errors.ts', 'src/limits.ts', client, wire, 'node:'] },
  {
    path: 'src/cli',
    mayImport: ['src/compose.ts', 'src/config.ts', 'src/relay', client, wire, 'node:', 'pino'],
  },
  // The runner brings the two halves together; they know neither it nor each other.
  { path: 'src/simulator', mayImport: ['src/simulator/workload', 'src/simulator/oracle', client, wire] },
  // Chaos starts and kills a server and stands between the connections; load sends at more than fetch can.
  { path: 'src/simulator/chaos', mayImport: ['src/simulator/workload', 'node:'] },
  { path: 'src/simulator/load', mayImport: ['src/simulator', 'node:'] },
  { path: 'src/simulator/workload', mayImport: ['src/money', 'src/time', client, wire] },
  { path: 'src/simulator/oracle', mayImport: [] },
  { path: 'packages/client/src', mayImport: ['packages/client/src/wire'] },
  // The spool's entry is the only place of the package that is Node's.
  {
    path: 'packages/client/src/node.ts',
    mayImport: ['packages/client/src', 'packages/client/src/spool', 'node:'],
  },
  {
    path: 'packages/client/src/spool',
    mayImport: ['packages/client/src', 'packages/client/src/wire', 'node:'],
  },
  { path: 'packages/client/src/wire', mayImport: [] },
];

export interface Exception {
  readonly from: string;
  readonly to: string;
  readonly reason: string;
}

/** Beyond STYLE.md, each with its reason. One that nothing uses any more makes the test fail. */
export const exceptions: readonly Exception[] = [
  { from: 'src/cli', to: 'src/simulator', reason: 'simulate and demo are commands, and print what it found' },
  {
    from: 'src/cli',
    to: 'src/domain/records',
    reason: 'import reads lists as files; the API takes single records',
  },
  {
    from: 'src/cli/event-lines.ts',
    to: 'src/http/parse-json.ts',
    reason: 'a number in a file is judged as it is written, as in a request',
  },
  {
    from: 'src/cli/connect.ts',
    to: 'src/storage/data-folder',
    reason: 'finds the server that holds the folder',
  },
  {
    from: 'src/cli/doctor.ts',
    to: 'src/storage/data-folder',
    reason: 'looks at a folder that the server may refuse to open',
  },
  {
    from: 'src/cli/doctor.ts',
    to: 'src/storage/journal',
    reason: 'looks at a journal that the server may refuse to open',
  },
  {
    from: 'src/cli/doctor-text.ts',
    to: 'src/storage/data-folder',
    reason: 'tells what the doctor found',
  },
  {
    from: 'src/cli/doctor-text.ts',
    to: 'src/storage/journal',
    reason: 'tells what the doctor found',
  },
  {
    from: 'src/ingest/plain-events',
    to: 'node:buffer',
    reason: 'isUtf8 judges a body at the speed of the hardware; nothing of ours could',
  },
  {
    from: 'src/cli/keys-rotate.ts',
    to: 'src/limits.ts',
    reason: 'the longest overlap is told before anything is opened',
  },
  ...['node:crypto', 'node:zlib'].map((to) => ({
    from: 'src/domain/keys/key-text.ts',
    to,
    reason: 'SHA-256, CRC-32 and a comparison in constant time are pure, and not to be made at home',
  })),
  {
    from: 'src/http/parameters.ts',
    to: 'src/time',
    reason: 'time zones and windows are checked where they arrive',
  },
];
