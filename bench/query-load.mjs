// @ts-check
/** Heavy questions, each asked again as soon as it is answered, in a process of its own. Answers are read and dropped. */

/** @typedef {{ url: string, token: string, paths: readonly string[] }} QueryPlan */
/** @typedef {{ path: string, answers: number, answerBytes: number, totalMs: number, cpuMicroseconds: number }} QueryResult */

let over = false;

/**
 * @param {QueryPlan} plan
 * @param {string} path
 */
async function askOn({ url, token }, path) {
  const result = { path, answers: 0, answerBytes: 0, totalMs: 0 };
  while (!over) {
    const startedAt = performance.now();
    const answer = await fetch(url + path, { headers: { authorization: `Bearer ${token}` } });
    if (answer.status !== 200)
      throw new Error(`GET ${path} answered ${answer.status}: ${await answer.text()}`);
    const body = await answer.arrayBuffer();
    result.answers += 1;
    result.answerBytes = body.byteLength;
    result.totalMs += performance.now() - startedAt;
  }
  return result;
}

process.once('disconnect', () => process.exit());
process.once('message', async (task) => {
  const plan = /** @type {QueryPlan} */ (task);
  process.once('message', () => {
    over = true;
  });
  const results = await Promise.all(plan.paths.map((path) => askOn(plan, path)));
  const { user, system } = process.cpuUsage();
  process.send?.(
    results.map((result) => ({ ...result, cpuMicroseconds: user + system })),
    () => process.exit(),
  );
});
