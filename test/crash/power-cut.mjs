// @ts-check
/**
 * Power cuts for root on Linux with loop devices and python3: `npm run power-cut -- --cuts N --seed S`. The data folder
 * lies on an ext4 in an image file; ext4's shutdown request stops it at once, without writing its log, so that after the
 * next mount only what was synced is there (xfstests cut the power like this). A kill shows nothing of that: the page
 * cache survives it. What a disk's own cache loses this does not show. One JSON line a part; the control, a
 * journal that never syncs, must lose events, or the rest proves nothing.
 */
import { execFile, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs, promisify } from 'node:util';
import { makeChance } from './chance.mjs';
import { CrashingFolder, smallLimits } from './crash-round.mjs';
import { load } from './load.mjs';
import { startChild } from './server-child.mjs';

/** @typedef {import('./faulty-server.mjs').Faults} Faults */

const run = promisify(execFile);
const imageBytes = 1024 * 1024 * 1024;
/** An audit takes as long as a cut. */
const cutsBetweenAudits = 5;

/** EXT4_IOC_SHUTDOWN, _IOR('X', 125, __u32), with EXT4_GOING_FLAGS_NOLOGFLUSH. */
const cutProgram =
  'import fcntl, os, struct, sys\n' +
  "fcntl.ioctl(os.open(sys.argv[1], os.O_RDONLY), 0x8004587D, struct.pack('I', 2))";

/** @typedef {{ mounted: string, cut(): Promise<void>, remount(): Promise<void> }} Disk */

/** @param {(disk: Disk) => Promise<void>} use */
async function withDisk(use) {
  const base = await mkdtemp(join(tmpdir(), 'countinghouse-power-'));
  const [image, mounted] = [join(base, 'image'), join(base, 'mounted')];
  await mkdir(mounted);
  const file = await open(image, 'wx');
  await file.truncate(imageBytes);
  await file.close();
  await run('mkfs.ext4', ['-q', image]);
  const device = (await run('losetup', ['--find', '--show', image])).stdout.trim();
  const stopped = () => {
    // By an operator's Ctrl-C: a mount and a device would outlive this process.
    spawnSync('umount', ['--lazy', mounted]);
    spawnSync('losetup', ['--detach', device]);
    process.exit(1);
  };
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, stopped);
  try {
    await run('mount', [device, mounted]);
    await use({
      mounted,
      cut: async () => void (await run('python3', ['-c', cutProgram, mounted])),
      async remount() {
        await run('umount', [mounted]);
        await run('mount', [device, mounted]);
      },
    });
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM']) process.removeListener(signal, stopped);
    await run('umount', ['--lazy', mounted]).catch(() => {});
    await run('losetup', ['--detach', device]);
    await rm(base, { recursive: true, force: true });
  }
}

/**
 * One cut: in the start (opening, replaying, filling the filter), or under load. The moment is the case that is tried.
 * @param {Disk} disk
 * @param {{ data: string, folder: CrashingFolder }} target
 * @param {import('./chance.mjs').Chance} chance
 * @param {Faults} faults
 */
async function cutOnce(disk, { data, folder }, chance, faults) {
  const starting = startChild(data, faults);
  if (chance.oneIn(4)) {
    await delay(300 + chance.below(2_000));
    await disk.cut();
    await (await starting).end();
  } else {
    const server = await starting;
    if (server.url === null) throw new Error(`it did not start: ${server.errors()}`);
    const loading = load(server.url, folder.nextLedger('cut'), { batches: Number.POSITIVE_INFINITY });
    await delay(50 + chance.below(1_500));
    await disk.cut();
    await server.end();
    await loading;
  }
  await disk.remount();
}

/** @param {string} test @param {{ cuts: number, seed: number, faults: Faults }} options */
async function cutAndAudit(test, { cuts, seed, faults }) {
  const counts = { lost: 0, double: 0, wrong: 0, acknowledged: 0 };
  await withDisk(async (disk) => {
    const chance = makeChance(seed);
    // A folder of its own for each few cuts, so that an audit does not list more and more.
    for (let begun = 0; begun < cuts; begun += cutsBetweenAudits) {
      const data = join(disk.mounted, `data-${begun}`);
      const folder = new CrashingFolder(data, seed + begun);
      const end = Math.min(begun + cutsBetweenAudits, cuts);
      for (let cut = begun; cut < end; cut += 1) await cutOnce(disk, { data, folder }, chance, faults);
      const { lost, double, wrong } = await folder.audit();
      for (const line of wrong.slice(0, 3)) process.stderr.write(`${line}\n`);
      counts.lost += lost.length;
      counts.double += double.length;
      counts.wrong += wrong.length;
      counts.acknowledged += folder.ledgers.reduce((sum, ledger) => sum + ledger.acknowledged.size, 0);
      await rm(data, { recursive: true });
    }
  });
  const isWell = counts.lost + counts.double + counts.wrong === 0;
  process.stdout.write(
    `${JSON.stringify({ test, tried: cuts, survived: isWell ? cuts : null, ...counts, seed })}\n`,
  );
  return { isWell, lost: counts.lost };
}

const options = /** @type {const} */ ({ cuts: { type: 'string' }, seed: { type: 'string' } });
const { values } = parseArgs({ options });
const cuts = Number.parseInt(values.cuts ?? '20', 10);
const seed = Number.parseInt(values.seed ?? '1', 10);
if (!(cuts > 0) || !(seed >= 0)) throw new Error('--cuts and --seed are whole numbers');

const small = await cutAndAudit('power cuts, small segments', {
  cuts,
  seed,
  faults: { limits: smallLimits },
});
const plain = await cutAndAudit('power cuts', { cuts, seed: seed + 1, faults: {} });
// Nothing reaches the store, whose own fsync would save it.
const unsynced = /** @type {Faults} */ ({ without: ['sync'], phases: [{ appendFails: 'before' }] });
const control = await cutAndAudit('control: without fsync, must lose', { cuts: 3, seed, faults: unsynced });
if (!small.isWell || !plain.isWell || control.lost === 0) process.exitCode = 1;
