/**
 * The worker thread that owns the SQLite connection: it is synchronous, and its fsync must not stop ingest.
 * It runs one statement after the other, as they come; what they mean it does not know.
 * Plain JavaScript, so that the same file runs from the sources and from the build.
 */
import { parentPort, workerData } from 'node:worker_threads';
import Database from 'libsql';

/** @typedef {import('./protocol.ts').SqliteRequest} SqliteRequest */
/** @typedef {import('./protocol.ts').SqliteAnswer} SqliteAnswer */

const port = parentPort;
if (port === null) throw new Error('this file runs as a worker thread only');

const database = open();

port.on('message', (/** @type {SqliteRequest | 'close'} */ message) => {
  if (message !== 'close') return port.postMessage(answer(message));
  database?.close();
  port.close();
});

/** Opens the file and says how that went, as the answer to request 0. */
function open() {
  try {
    const opened = new Database(workerData.file);
    // FULL: a write that was answered is on the disk. The timeout is for a tool that reads beside us.
    for (const setting of [
      'busy_timeout = 5000',
      'journal_mode = WAL',
      'synchronous = FULL',
      'foreign_keys = ON',
    ]) {
      execute(opened, `PRAGMA ${setting}`, []);
    }
    port?.postMessage({ request: 0, ok: true, rows: [], changes: 0 });
    return opened;
  } catch (error) {
    port?.postMessage({ request: 0, ok: false, ...describe(error) });
    return null;
  }
}

/**
 * @param {SqliteRequest} request
 * @returns {SqliteAnswer}
 */
function answer({ request, sql, parameters }) {
  try {
    if (database === null) throw new Error('the database could not be opened');
    return { request, ok: true, ...execute(database, sql, parameters) };
  } catch (error) {
    return { request, ok: false, ...describe(error) };
  }
}

/**
 * @param {import('libsql').Database} connection
 * @param {string} sql
 * @param {readonly unknown[]} parameters
 */
function execute(connection, sql, parameters) {
  const statement = connection.prepare(sql);
  if (statement.reader) return { rows: statement.all(parameters), changes: 0 };
  return { rows: [], changes: statement.run(parameters).changes };
}

/**
 * An error of libsql loses its message and code when it is cloned across threads, so they go as plain text.
 * @param {unknown} error
 */
function describe(error) {
  if (!(error instanceof Error)) return { message: String(error), code: 'unknown', stack: '' };
  const code = 'code' in error ? String(error.code) : 'unknown';
  return { message: error.message, code, stack: error.stack ?? '' };
}
