/** What was answered is stored: over a killed writer, a full disk, a newer or damaged file, a copy while it works. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Connection } from '../../../server/adapters/sqlite/connection.ts';
import { migrations, openMigrated, schemaVersion } from '../../../server/adapters/sqlite/migrate.ts';
import { openStore, type SqliteStore } from '../../../server/adapters/sqlite/openStore.ts';
import { isDomainError } from '../../../server/domain/shared/errors.ts';
import { StartupError } from '../../../server/platform/startupError.ts';
import { storedRun } from '../../harness/records.ts';
import { smallDisk } from '../../harness/smallDisk.ts';
import { type TemporaryFolder, temporaryFolder } from '../../harness/temporaryFolder.ts';

function addRun(store: SqliteStore, id: string): Promise<number> {
  return store.write(async ({ runs, events, tracking }) => {
    await runs.insertRun(storedRun({ id }));
    await tracking.logMetrics(id, [{ key: 'loss', value: 0.5, step: 1, timestamp: 1 }]);
    return events.append({ type: 'run.created', actor: null, subject: { projectId: 'default', runId: id }, at: 1 });
  });
}

function integrity(file: string): unknown {
  const database = new DatabaseSync(file);
  try {
    return database.prepare('PRAGMA integrity_check').get()?.integrity_check;
  } finally {
    database.close();
  }
}

describe('durability of the store', () => {
  let folder: TemporaryFolder;
  let file: string;
  beforeEach(async () => {
    folder = await temporaryFolder();
    file = join(folder.path, 'flywheel.db');
  });
  afterEach(() => folder[Symbol.asyncDispose]());

  it('loses nothing that was answered over 20 kills in the middle of writing', async () => {
    let next = 0;
    for (let kill = 0; kill < 20; kill += 1) {
      const answered = await writeUntilKilled({ file, from: next, answers: 3 + ((kill * 7) % 20) });
      const store = openStore({ file });
      const events = await store.read((stores) => stores.events.after(0, 100_000));
      const runs = await store.read((stores) => stores.runs.runs({ projectIds: null, limit: 100_000 }));
      assert.ok(events.length >= answered, `${events.length} events, ${answered} answered`);
      assert.equal(runs.length, events.length, 'a run and its event are stored together or not at all');
      assert.equal(await store.firstBrokenEvent(), null);
      await store.close();
      next = events.length;
    }
    assert.equal(integrity(file), 'ok');
  }).timeout(180_000);

  it('answers storage-full, keeps what it had, and works again when there is space', async function () {
    const disk = await smallDisk(12);
    if (typeof disk === 'string') {
      console.log(`    skipped: ${disk}`);
      return this.skip();
    }
    await using _mounted = disk;
    const store = openStore({ file: join(disk.path, 'flywheel.db') });
    const ballast = join(disk.path, 'ballast');
    writeFileSync(ballast, new Uint8Array(9 * 1024 * 1024));
    let stored = 0;
    const fill = async () => {
      for (; stored < 20_000; stored += 1) {
        await store.write(async ({ runs }) =>
          runs.insertRun(storedRun({ id: `r${stored}`, note: 'x'.repeat(10_000) })),
        );
      }
    };
    await assert.rejects(fill(), (error) => isDomainError(error) && error.reason === 'storage-full');
    assert.ok(stored > 0);
    const count = () => store.read(async ({ runs }) => (await runs.runs({ projectIds: null, limit: 100_000 })).length);
    assert.equal(await count(), stored);
    writeFileSync(ballast, '');
    await addRun(store, 'after');
    assert.equal(await count(), stored + 1);
    await store.close();
    assert.equal(integrity(join(disk.path, 'flywheel.db')), 'ok');
  });

  it('refuses a file of a newer server and leaves it as it is', async () => {
    await openStore({ file }).close();
    const database = new DatabaseSync(file);
    database.exec(`PRAGMA journal_mode = DELETE; PRAGMA user_version = ${migrations.length + 1}`);
    database.close();
    const before = createHash('sha256').update(readFileSync(file)).digest('hex');
    const told = `newer Flywheel (schema ${migrations.length + 1};`;
    assert.throws(
      () => openStore({ file }),
      (error) => error instanceof StartupError && error.message.includes(told),
    );
    assert.equal(createHash('sha256').update(readFileSync(file)).digest('hex'), before);
  });

  it('refuses a file that is no database', () => {
    writeFileSync(file, 'not a database, '.repeat(1000));
    assert.throws(
      () => openStore({ file }),
      (error) => error instanceof StartupError && /damaged/.test(error.message),
    );
    assert.equal(readFileSync(file, 'utf8'), 'not a database, '.repeat(1000));
  });

  it('shows where an event was changed or taken out', async () => {
    const store = openStore({ file });
    for (let n = 1; n <= 4; n += 1) await addRun(store, `r${n}`);
    await store.close();
    const tamper = async (sql: string) => {
      const database = new DatabaseSync(file);
      database.exec(sql);
      database.close();
      const again = openStore({ file });
      const broken = await again.firstBrokenEvent();
      await again.close();
      return broken;
    };
    assert.equal(await tamper('SELECT 1'), null);
    assert.equal(await tamper("UPDATE events SET type = 'run.deleted' WHERE clock = 3"), 3);
    assert.equal(await tamper('DELETE FROM events WHERE clock = 2'), 3);
  });

  it('takes each migration once and wholly', async () => {
    const step = (sql: string) => (connection: Connection) => connection.exec(sql);
    const first = [step('CREATE TABLE a (x)')];
    openMigrated(file, first).close();
    const failing = [...first, step('CREATE TABLE b (x); INSERT INTO nowhere VALUES (1)')];
    assert.throws(() => openMigrated(file, failing), /nowhere/);
    const repaired = openMigrated(file, [...first, step('CREATE TABLE b (x)'), step('CREATE TABLE c (x)')]);
    assert.equal(schemaVersion(repaired), 3);
    repaired.close();
    assert.throws(() => openMigrated(file, first), StartupError);
  });

  it('copies everything while it writes on', async () => {
    const store = openStore({ file });
    for (let n = 0; n < 50; n += 1) await addRun(store, `before${n}`);
    const copy = join(folder.path, 'copy.db');
    let copying = true;
    const copied = store.backup(copy).then(() => {
      copying = false;
    });
    let during = 0;
    for (; copying; during += 1) await addRun(store, `during${during}`);
    await copied;
    assert.equal(integrity(copy), 'ok');
    const restored = openStore({ file: copy });
    const runs = await restored.read((stores) => stores.runs.runs({ projectIds: null, limit: 100_000 }));
    assert.ok(runs.length >= 50 && runs.length <= 50 + during);
    assert.equal(await restored.firstBrokenEvent(), null);
    assert.equal(restored.serverId, store.serverId);
    await restored.close();
    await assert.rejects(store.backup(copy), (error) => isDomainError(error) && error.reason === 'already-exists');
    await store.close();
  });

  it('reads the newest commit, and one state within a read', async () => {
    const store = openStore({ file });
    await addRun(store, 'one');
    assert.ok(await store.read(({ runs }) => runs.run('one')));
    await assert.rejects(
      store.read(async ({ runs }) => runs.updateRun('one', { name: 'x' })),
      /must not change anything/,
    );
    await assert.rejects(
      store.read(() => new Promise(() => undefined)),
      /awaited something other/,
    );
    assert.ok(await store.read(({ runs }) => runs.run('one')));
    await store.close();
    await assert.rejects(
      store.read(({ runs }) => runs.run('one')),
      (error) => isDomainError(error),
    );
  });
});

/** A child adds runs, several at once, and says how many were answered; it is killed after some answers. */
async function writeUntilKilled(options: { file: string; from: number; answers: number }): Promise<number> {
  const module = (path: string) => JSON.stringify(new URL(path, import.meta.url).href);
  const script = `
    const { openStore } = await import(${module('../../../server/adapters/sqlite/openStore.ts')});
    const { storedRun } = await import(${module('../../harness/records.ts')});
    const store = openStore({ file: ${JSON.stringify(options.file)} });
    let next = ${options.from};
    const add = () => {
      const id = 'run' + next++;
      return store.write(async ({ runs, events }) => {
        await runs.insertRun(storedRun({ id }));
        await events.append({ type: 'run.created', actor: null, subject: { runId: id }, at: 1 });
      });
    };
    for (let answered = ${options.from}; ; ) {
      await Promise.all([add(), add(), add()]);
      process.stdout.write((answered += 3) + '\\n');
    }`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  for await (const data of child.stdout) {
    text += String(data);
    if (text.split('\n').length > options.answers) child.kill('SIGKILL');
  }
  const answered = Number(text.split('\n').slice(0, -1).at(-1));
  assert.ok(answered > options.from, 'the writer wrote');
  return answered;
}
