// @ts-check
/**
 * One kept HTTP/1.1 connection, one request under way at a time. Node's own client costs more CPU a request than the
 * server has for it when two cores are shared; this one writes the head in front of the body and sends both at once.
 * It knows only what our server does: answers with a content-length.
 */
import { connect } from 'node:net';

/**
 * @typedef {object} Answer
 * @property {number} status
 * @property {string} head
 * @property {Buffer} body
 */
/** @typedef {Awaited<ReturnType<typeof openConnection>>} HttpConnection */

/** Bytes that a request's buffer leaves free in front of the body. */
export const headRoom = 512;

const headEnd = '\r\n\r\n';

/**
 * @param {{ url: string, token: string }} server
 * @param {string} path of a POST
 */
export async function openConnection({ url, token }, path) {
  const { host, hostname, port } = new URL(url);
  const head = `POST ${path} HTTP/1.1\r\nhost: ${host}\r\nauthorization: Bearer ${token}\r\ncontent-type: application/json\r\ncontent-length: `;
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  /** @type {{ resolve: (answer: Answer) => void, reject: (error: Error) => void } | null} */
  let waiting = null;
  const read = makeAnswerReader();
  const fail = (/** @type {Error} */ error) => waiting?.reject(error);
  socket.on('error', fail).on('close', () => fail(new Error('the server cut the connection')));
  socket.on('data', (/** @type {Buffer} */ chunk) => {
    const answer = read(chunk);
    if (answer !== null) waiting?.resolve(answer);
  });
  return {
    /**
     * @param {{ bytes: Buffer, end: number }} body
     * @returns {Promise<Answer>}
     */
    post: ({ bytes, end }) =>
      new Promise((resolve, reject) => {
        waiting = { resolve, reject };
        const text = `${head}${end - headRoom}${headEnd}`;
        const start = headRoom - text.length;
        bytes.write(text, start, 'latin1');
        socket.write(bytes.subarray(start, end));
      }),
    close: () => {
      waiting = null;
      socket.destroy();
    },
  };
}

function makeAnswerReader() {
  /** @type {Buffer[]} */
  let chunks = [];
  let missing = 0;
  /**
   * @param {Buffer} chunk
   * @returns {Answer | null} null while some of it is missing
   */
  return (chunk) => {
    chunks.push(chunk);
    missing -= chunk.length;
    // The head says how much there is: a long answer is put together once, not with each chunk.
    if (missing > 0) return null;
    const received = chunks.length === 1 ? chunk : Buffer.concat(chunks);
    const answer = parseAnswer(received);
    missing = answer.missing;
    chunks = missing > 0 ? [received] : [];
    return missing > 0 ? null : answer;
  };
}

/**
 * @param {Buffer} received
 * @returns {Answer & { missing: number }} `missing`: so many bytes at least are still to come
 */
function parseAnswer(received) {
  const end = received.indexOf(headEnd);
  if (end < 0) return { status: 0, head: '', body: received, missing: 1 };
  const head = received.toString('latin1', 0, end);
  const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
  if (length === undefined) throw new Error(`an answer without a length: ${head}`);
  const body = received.subarray(end + headEnd.length);
  return { status: Number(head.slice(9, 12)), head, body, missing: Number(length) - body.length };
}
