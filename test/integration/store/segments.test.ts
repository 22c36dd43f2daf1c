/** Metric points over a killed writer, and over the change from a row a point to segments. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { migrations, openMigrated } from '../../../server/adapters/sqlite/migrate.ts';
import { openStore, type SqliteStore } from '../../../server/adapters/sqlite/openStore.ts';
import { storedRun } from '../../harness/records.ts';
import { type TemporaryFolder, temporaryFolder } from '../../harness/temporaryFolder.ts';

const kills = 20;

describe('points on disk', () => {
  let folder: TemporaryFolder;
  let file: string;
  beforeEach(async () => {
    folder = await temporaryFolder();
    file = join(folder.path, 'flywheel.db');
  });
  afterEach(() => folder[Symbol.asyncDispose]());

  const history = (store: SqliteStore, run: string, key: string) =>
    store.read(({ tracking }) => tracking.history(run, key, { offset: 0, limit: 1e7 }));

  it(`are each there once after ${kills} kills while tails become segments`, async () => {
    const first = openStore({ file });
    await first.write(({ runs }) => runs.insertRun(storedRun({ id: 'r' })));
    await first.close();
    const answered = { one: 0, many: 0 };
    for (let kill = 0; kill < kills; kill += 1) {
      const told = await logUntilKilled({ file, from: answered, answers: 5 + ((kill * 11) % 40) });
      const store = openStore({ file });
      for (const key of ['one', 'many'] as const) {
        const points = await history(store, 'r', key);
        assert.ok(points.length >= told[key], `${points.length} of ${key}, ${told[key]} answered`);
        const steps = points.map(({ step }) => step);
        assert.deepEqual(
          steps,
          steps.map((_, index) => index),
          'none lost, none doubled',
        );
        const values = await store.read(({ tracking }) => tracking.values(['r']));
        assert.equal(values.get('r')?.metrics[key]?.count ?? 0, points.length);
        answered[key] = points.length;
      }
      await store.close();
    }
    const database = new DatabaseSync(file);
    assert.equal(database.prepare('PRAGMA integrity_check').get()?.integrity_check, 'ok');
    const sealed = database.prepare('SELECT count(*) AS segments FROM segments WHERE n >= 1000').get();
    database.close();
    assert.ok(Number(sealed?.segments) > 0, 'segments were made meanwhile');
  }).timeout(180_000);

  it('of the first schema become segments, exactly', async () => {
    openMigrated(file, migrations.slice(0, 1)).close();
    const expected = fillFirstSchema(file);
    const store = openStore({ file });
    for (const [key, points] of Object.entries(expected)) assert.deepEqual(await history(store, 'r', key), points);
    const values = (await store.read(({ tracking }) => tracking.values(['r']))).get('r');
    assert.deepEqual(values?.metrics.long, {
      key: 'long',
      latest: 'NaN',
      step: 4999,
      timestamp: 4999,
      count: 5000,
      min: -4998,
      max: 4997,
    });
    await store.write(({ tracking }) =>
      tracking.logMetrics('r', [...(expected.long ?? []), { key: 'long', step: 5000, timestamp: 1, value: 1 }]),
    );
    assert.equal((await history(store, 'r', 'long')).length, 5001, 'known points are known still');
    await store.close();
    const database = new DatabaseSync(file);
    const series = database.prepare('SELECT low, low_step, high, high_step, first FROM series ORDER BY id').all();
    const tables = database.prepare("SELECT count(*) AS tables FROM sqlite_schema WHERE name = 'points'").get();
    database.close();
    assert.deepEqual({ ...series[0] }, { low: -4998, low_step: 4998, high: 4997, high_step: 4997, first: 0 });
    assert.equal(tables?.tables, 0);
  });
});

type Stored = { readonly key: string; readonly step: number; readonly timestamp: number; readonly value: number };

/** A long series, a short one and a single point, as the first schema kept them. */
function fillFirstSchema(file: string): Readonly<Record<string, readonly Stored[]>> {
  const alternating = (key: string) => (_: unknown, step: number) => {
    const value = step === 4999 ? Number.NaN : step % 2 === 0 ? -step + 0 : step;
    return { key, step, timestamp: step, value };
  };
  const expected = {
    long: Array.from({ length: 5000 }, alternating('long')),
    short: Array.from({ length: 100 }, alternating('short')),
    single: [{ key: 'single', step: 2 ** 60, timestamp: 2 ** 62, value: -0 }],
  };
  const database = new DatabaseSync(file);
  database.exec(`BEGIN; INSERT INTO runs (number, id, project_id, experiment_id, name, note, state, launched,
    created_by_id, created_by_name, created_at) VALUES (1, 'r', 'default', 0, 'r', '', 'running', 0, 'a', 'A', 1)`);
  const addPoint = database.prepare('INSERT INTO points VALUES (?, ?, ?, ?, ?)');
  for (const [index, [key, points]] of Object.entries(expected).entries()) {
    const series = index + 1;
    database.prepare('INSERT INTO names VALUES (?, ?)').run(series, key);
    database
      .prepare('INSERT INTO series (id, run, name, step, timestamp, points) VALUES (?, 1, ?, 0, 0, ?)')
      .run(series, series, points.length);
    for (const { step, timestamp, value } of points) {
      const isNan = Number.isNaN(value);
      addPoint.run(series, step, timestamp, isNan ? 1 : 0, isNan ? 0 : value);
    }
  }
  database.exec('COMMIT');
  database.close();
  return expected;
}

type Counts = { readonly one: number; readonly many: number };

/** A child logs points one by one and in batches, packs tails, says how many were answered, and is killed. */
async function logUntilKilled(options: { file: string; from: Counts; answers: number }): Promise<Counts> {
  const module = JSON.stringify(new URL('../../../server/adapters/sqlite/openStore.ts', import.meta.url).href);
  const script = `
    const { openStore } = await import(${module});
    const store = openStore({ file: ${JSON.stringify(options.file)} });
    const told = ${JSON.stringify(options.from)};
    const add = (key, count) => {
      const points = Array.from({ length: count }, (_, index) => ({ key, step: told[key] + index, timestamp: 1, value: index }));
      told[key] += count;
      return store.write(({ tracking }) => tracking.logMetrics('r', points));
    };
    for (;;) {
      const singles = Array.from({ length: 30 }, () => add('one', 1));
      await Promise.all([...singles, add('many', 40), add('many', 400), store.sealIdleTails()]);
      process.stdout.write(JSON.stringify(told) + '\\n');
    }`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  for await (const data of child.stdout) {
    text += String(data);
    if (text.split('\n').length > options.answers) child.kill('SIGKILL');
  }
  const last = text.split('\n').slice(0, -1).at(-1);
  assert.ok(last, 'the writer wrote');
  return JSON.parse(last) as Counts;
}
