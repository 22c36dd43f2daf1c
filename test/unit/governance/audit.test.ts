/** The event log as an auditor reads it, over a file that somebody changes behind the server's back. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { eventHash } from '../../../server/adapters/sqlite/eventHash.ts';
import { openStore, type SqliteStore } from '../../../server/adapters/sqlite/openStore.ts';
import { AuditService } from '../../../server/domain/governance/auditService.ts';
import { callOf, collect } from '../../harness/domain.ts';
import { temporaryFolder } from '../../harness/temporaryFolder.ts';

const events = 120;
const caller = { userId: 'admin', userName: 'A', admin: true, tokenId: null, scope: { kind: 'user' } } as const;
const call = callOf(caller);

describe('audit', () => {
  const owned = new AsyncDisposableStack();
  let store: SqliteStore;
  let file: string;
  let audit: AuditService;
  beforeEach(async () => {
    const folder = owned.use(await temporaryFolder());
    file = join(folder.path, 'flywheel.db');
    store = openStore({ file });
    owned.defer(() => store.close());
    audit = new AuditService({ store });
    await store.write(async (stores) => {
      for (let at = 1; at <= events; at += 1) {
        const actor = at % 3 === 0 ? null : { id: at % 2 ? 'ada' : 'bob', name: 'Somebody' };
        const subject = { projectId: at % 5 ? 'iris' : 'wine', runId: `r${at}` };
        await stores.events.append({ type: at % 2 ? 'run.created' : 'run.updated', actor, subject, at: at * 1000 });
      }
    });
  });
  after(() => owned.disposeAsync());

  function behindItsBack(change: (database: DatabaseSync) => void): void {
    const database = new DatabaseSync(file);
    change(database);
    database.close();
  }

  const verdict = async () => (await collect(audit.verify(undefined, call))).at(-1);

  it('is whole as it was written, and says its newest hash', async () => {
    const last = await verdict();
    assert.deepEqual(
      { ...last, newestHash: '' },
      { checked: events, total: events, done: true, firstBroken: null, newestHash: '' },
    );
    assert.match(last?.newestHash ?? '', /^[0-9a-f]{64}$/);
  });

  it('finds an event that was changed, one that was taken out, and one that was put in', async () => {
    behindItsBack((database) =>
      database.exec(`UPDATE events SET actor = '{"id":"eve","name":"Eve"}' WHERE clock = 40`),
    );
    assert.equal((await verdict())?.firstBroken, 40);
    behindItsBack((database) => database.exec('DELETE FROM events WHERE clock = 20'));
    assert.equal((await verdict())?.firstBroken, 21);
    behindItsBack((database) => {
      const before = database.prepare('SELECT hash FROM events WHERE clock = 9').get()?.hash;
      database.exec('UPDATE events SET clock = clock + 1000 WHERE clock >= 10');
      database.exec('UPDATE events SET clock = clock - 999 WHERE clock >= 1000');
      const forged = { clock: 10, at: 5, type: 'run.deleted', actor: null, subject: '{}', detail: '{}' };
      const hash = eventHash(String(before), forged);
      database
        .prepare('INSERT INTO events (clock, at, type, actor, subject, detail, hash) VALUES (10, 5, ?, NULL, ?, ?, ?)')
        .run('run.deleted', '{}', '{}', hash);
    });
    assert.equal((await verdict())?.firstBroken, 11, 'the forged one follows, what is behind it does not');
  });

  it('finds events by person, object, action and time, page by page', async () => {
    const clocks = async (filter: Partial<Parameters<AuditService['search']>[0]>) => {
      const { events: found, next } = await audit.search({ limit: 500, ...filter }, call);
      return { found: found.map(({ clock }) => clock), next };
    };
    assert.deepEqual((await clocks({ object: 'r7' })).found, [7]);
    assert.deepEqual((await clocks({ actorId: 'bob', to: 9000 })).found, [8, 4, 2]);
    assert.deepEqual((await clocks({ actorId: 'server', to: 7000 })).found, [6, 3]);
    assert.deepEqual((await clocks({ types: ['run.updated'], from: 116_000, object: 'iris' })).found, [118, 116]);
    const first = await clocks({ limit: 2 });
    assert.deepEqual(first, { found: [120, 119], next: 119 });
    assert.deepEqual((await clocks({ limit: 2, before: 119 })).found, [118, 117]);
    assert.deepEqual(await clocks({ object: `r7' OR 1=1 --` }), { found: [], next: null });
  });

  it('is written out line by line, oldest first, with hashes that can be checked elsewhere', async () => {
    const parts = await collect(audit.export({ object: 'wine' }, call));
    const lines = parts
      .map(({ text }) => text)
      .join('')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.deepEqual(
      lines.map(({ clock }) => clock),
      Array.from({ length: 24 }, (_, at) => (at + 1) * 5),
    );
    const all = (await collect(audit.export({}, call)))
      .map(({ text }) => text)
      .join('')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    let previous = '0'.repeat(64);
    for (const { clock, at, type, actor, subject, detail, hash } of all) {
      const texts = {
        actor: actor && JSON.stringify(actor),
        subject: JSON.stringify(subject),
        detail: JSON.stringify(detail),
      };
      assert.equal(hash, eventHash(previous, { clock, at, type, ...texts }));
      previous = hash;
    }
    assert.equal(all.length, events);
  });
});
