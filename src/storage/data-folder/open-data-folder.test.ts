/** Real folders and real processes: a lock that is only mocked proves nothing. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type DataFolder, openDataFolder } from './open-data-folder.ts';
import { readServerFile } from './server-file.ts';

const format = 1;
const address = { url: 'http://127.0.0.1:4010', token: 'secret', pid: 4711 };

let parent: string;
let directory: string;
let children: ChildProcess[];
let opened: DataFolder[];

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'countinghouse-folder-'));
  directory = join(parent, 'deep', 'data');
  children = [];
  opened = [];
});

afterEach(async () => {
  for (const folder of opened) await folder.close();
  for (const child of children) await kill(child);
  await rm(parent, { recursive: true });
});

describe('a data folder', () => {
  test('is made when missing, for its owner only, with a stamp', async () => {
    const folder = await open();
    expect((await stat(directory)).mode & 0o777).toBe(0o700);
    expect(JSON.parse(await readFile(join(directory, 'countinghouse.json'), 'utf8'))).toEqual({
      product: 'countinghouse',
      format,
    });
    expect(folder).toMatchObject({
      directory,
      usageDirectory: join(directory, 'usage'),
      recordsFile: join(directory, 'records.db'),
    });
    expect((await readdir(directory)).toSorted()).toEqual(['countinghouse.json', 'lock.db']);
  });

  test('opens again after close, and an empty folder, a new volume or a cut-off first start is as good', async () => {
    await mkdir(join(directory, 'lost+found'), { recursive: true });
    await writeFile(join(directory, 'lock.db'), '');
    await writeFile(join(directory, 'countinghouse.json.new'), '{"prod');
    await (await open()).close();
    await writeFile(join(directory, 'records.db'), 'rows');
    await (await open()).close();
  });

  test("is refused when it is somebody else's, and nothing is left in it", async () => {
    await mkdir(directory, { recursive: true });
    await writeFile(join(directory, 'thesis.txt'), 'years of work');
    await expect(open()).rejects.toMatchObject({
      code: 'folder_foreign',
      message: expect.stringContaining('thesis.txt'),
    });
    expect(await readdir(directory)).toEqual(['thesis.txt']);
  });

  test.each(['{"product":"other","format":1}', '{"product":"countinghouse"}', '[]', 'null', 'torn'])(
    'is refused when its stamp is %s',
    async (stamp) => {
      await mkdir(directory, { recursive: true });
      await writeFile(join(directory, 'countinghouse.json'), stamp);
      await expect(open()).rejects.toMatchObject({ code: 'folder_foreign' });
      expect(await readdir(directory)).toEqual(['countinghouse.json']);
    },
  );

  test('of another format is refused and left as it is, whether it is newer or older', async () => {
    await (await open(2)).close();
    const before = await readdir(directory);
    await expect(open(1)).rejects.toMatchObject({
      code: 'folder_newer',
      message: expect.stringMatching(/format 2.*reads 1.*newer version/),
    });
    await expect(open(3)).rejects.toMatchObject({
      code: 'folder_older',
      message: expect.stringMatching(/format 2.*reads 3.*older version, or a new folder/),
    });
    expect(await readdir(directory)).toEqual(before);
    await (await open(2)).close();
  });

  test('that cannot be made or locked is refused with the reason', async () => {
    await writeFile(join(parent, 'file'), '');
    for (const place of [join(parent, 'file'), join(parent, 'file', 'below')]) {
      await expect(openDataFolder(place, { format })).rejects.toMatchObject({ code: 'folder_unwritable' });
    }
    await mkdir(join(directory, 'lock.db'), { recursive: true });
    await expect(open()).rejects.toMatchObject({ code: 'folder_unwritable' });
  });
});

describe('the lock', () => {
  test('keeps a second opening out of the same process, until the first is closed', async () => {
    const first = await open();
    await expect(open()).rejects.toMatchObject({ code: 'folder_in_use' });
    await expect(open()).rejects.toMatchObject({ code: 'folder_in_use' });
    await first.close();
    await open();
  });

  test('of two that open a new folder at once, one gets it', async () => {
    const results = await Promise.allSettled([open(), open()]);
    expect(results.map((result) => result.status).toSorted()).toEqual(['fulfilled', 'rejected']);
  });

  test('keeps another process out', async () => {
    await open();
    const child = holdLock();
    const [code] = await once(child, 'exit');
    expect(code).not.toBe(0);
  });

  test('of another process keeps us out, and dies with it when it is killed', async () => {
    await (await open()).close();
    const child = holdLock();
    await once(child.stdout ?? child, 'data');
    await expect(open()).rejects.toMatchObject({
      code: 'folder_in_use',
      message: expect.stringContaining(directory),
    });
    await kill(child);
    await open();
  });
});

describe("the server's address", () => {
  test('is readable by its owner only while it is announced', async () => {
    const folder = await open();
    expect(await readServerFile(directory)).toBeNull();
    await folder.announce(address);
    await folder.announce({ ...address, pid: 4712 });
    expect(await readServerFile(directory)).toEqual({ ...address, pid: 4712 });
    expect((await stat(join(directory, 'server.json'))).mode & 0o777).toBe(0o600);
    await folder.withdraw();
    expect(await readServerFile(directory)).toBeNull();
    await folder.announce(address);
    await folder.close();
    expect(await readServerFile(directory)).toBeNull();
  });

  test('of a server that was killed is gone once the folder is opened again', async () => {
    await (await open()).close();
    await writeFile(join(directory, 'server.json'), JSON.stringify(address));
    await open();
    expect(await readServerFile(directory)).toBeNull();
  });

  test('of a missing folder is none, and a broken one is an error', async () => {
    expect(await readServerFile(join(parent, 'nowhere'))).toBeNull();
    await writeFile(join(parent, 'server.json'), '{"url":1}');
    await expect(readServerFile(parent)).rejects.toThrow(/not a server's address/);
  });
});

async function open(version = format): Promise<DataFolder> {
  const folder = await openDataFolder(directory, { format: version });
  opened.push(folder);
  return folder;
}

/** Another process that takes the lock by libsql itself, says `locked`, and keeps it until it is killed. */
function holdLock(): ChildProcess {
  const script = `import Database from 'libsql';
    const database = new Database(process.argv[1], { timeout: 0 });
    database.exec('BEGIN EXCLUSIVE');
    process.stdout.write('locked');
    setInterval(() => database.open, 60_000);`;
  const child = spawn(
    process.execPath,
    ['--input-type=module', '--eval', script, join(directory, 'lock.db')],
    // Where the script finds libsql.
    { cwd: import.meta.dirname, stdio: ['ignore', 'pipe', 'ignore'] },
  );
  children.push(child);
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}
