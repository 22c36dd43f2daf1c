/** Units of work: shared commits, undoing one alone, and what a unit must not do. */
import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { CommitLane } from '../../../server/adapters/sqlite/commitLane.ts';
import { Connection } from '../../../server/adapters/sqlite/connection.ts';
import type { Session } from '../../../server/adapters/sqlite/session.ts';
import { isDomainError } from '../../../server/domain/shared/errors.ts';

class CountingConnection extends Connection {
  readonly commands: string[] = [];

  override command(sql: string): void {
    this.commands.push(sql);
    super.command(sql);
  }

  count(sql: string): number {
    return this.commands.filter((command) => command === sql).length;
  }
}

describe('commit lane', () => {
  let connection: CountingConnection;
  let lane: CommitLane;
  beforeEach(() => {
    connection = new CountingConnection(':memory:', 'write');
    connection.exec('CREATE TABLE entry (id INTEGER PRIMARY KEY)');
    lane = new CommitLane(connection);
  });
  afterEach(async () => {
    await lane.close();
    connection.close();
  });

  const insert = (id: number) => async (session: Session) => session.insert('INSERT INTO entry VALUES (?)', id);
  const ids = () =>
    connection
      .statement('SELECT id FROM entry ORDER BY id')
      .all()
      .map((row) => row.id);

  it('makes many units durable with few commits', async () => {
    const answers = await Promise.all(Array.from({ length: 200 }, (_, id) => lane.run(insert(id), 'write')));
    assert.deepEqual(answers, ids());
    assert.equal(answers.length, 200);
    assert.ok(connection.count('COMMIT') <= 20, `${connection.count('COMMIT')} commits`);
  });

  it('answers nobody before the commit', async () => {
    const commitsAtAnswer = Array.from({ length: 3 }, (_, id) =>
      lane.run(insert(id), 'write').then(() => [connection.count('COMMIT') > 0, connection.inTransaction]),
    );
    assert.deepEqual(await Promise.all(commitsAtAnswer), Array(3).fill([true, false]));
  });

  it('undoes a unit that throws, and only that', async () => {
    const outcomes = await Promise.allSettled([
      lane.run(insert(1), 'write'),
      lane.run(async (session) => {
        await insert(2)(session);
        throw new Error('changed my mind');
      }, 'write'),
      lane.run(insert(1), 'write'),
      lane.run(insert(3), 'write'),
    ]);
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ['fulfilled', 'rejected', 'rejected', 'fulfilled'],
    );
    assert.deepEqual(ids(), [1, 3]);
    const taken = outcomes[2];
    assert.ok(taken?.status === 'rejected' && isDomainError(taken.reason) && taken.reason.reason === 'already-exists');
  });

  it('catches a unit that awaits something else, and undoes it', async () => {
    const waits: readonly (() => Promise<unknown>)[] = [
      () => delay(1),
      () => new Promise((resolve) => setImmediate(resolve)),
      () => new Promise(() => undefined),
      () => lane.run(insert(8), 'write'),
    ];
    for (const wait of waits) {
      const unit = lane.run(async (session) => {
        await insert(1)(session);
        await wait();
        await insert(2)(session);
      }, 'write');
      await assert.rejects(unit, /awaited something other than its store/);
    }
    await lane.run(insert(9), 'write');
    assert.deepEqual(ids(), [8, 9], 'what was asked for outside of the unit happened by itself');
  });

  it('allows many awaits of the store, also at once', async () => {
    await lane.run(async (session) => {
      for (let id = 0; id < 100; id += 1) await insert(id)(session);
      await Promise.all([insert(100)(session), insert(101)(session)]);
    }, 'write');
    assert.equal(ids().length, 102);
  });

  it('refuses a store that is used after its unit', async () => {
    let kept: Session | null = null;
    await lane.run(async (session) => {
      kept = session;
    }, 'write');
    assert.ok(kept);
    await assert.rejects(async () => insert(1)(kept as unknown as Session), /after its unit of work had ended/);
  });

  it('refuses a read that changes something', async () => {
    await assert.rejects(lane.run(insert(1), 'read'), /must not change anything/);
  });

  it('finishes what it accepted before it closes, and refuses what comes after', async () => {
    const accepted = lane.run(insert(1), 'write');
    const closing = lane.close();
    await assert.rejects(
      lane.run(insert(2), 'write'),
      (error) => isDomainError(error) && error.reason === 'shutting-down',
    );
    await closing;
    assert.equal(await accepted, 1);
  });

  it('lets no long queue hold back its first answers', async () => {
    const count = 2000;
    await Promise.all(Array.from({ length: count }, (_, id) => lane.run(insert(id), 'write')));
    assert.ok(connection.count('COMMIT') >= 4);
    assert.equal(ids().length, count);
  });

  describe('with a flush of its own', () => {
    /** Flushes end when the test says so. */
    let flushes: { readonly end: () => void; readonly fail: (error: Error) => void }[];
    const asked = async (count: number) => {
      for (const deadline = Date.now() + 5000; flushes.length < count; await delay(1)) {
        assert.ok(Date.now() < deadline, `${flushes.length} flushes`);
      }
    };
    beforeEach(() => {
      flushes = [];
      lane = new CommitLane(connection, () => {
        const { promise, resolve, reject } = Promise.withResolvers<void>();
        flushes.push({ end: resolve, fail: reject });
        return promise;
      });
    });
    afterEach(() => {
      for (const { end } of flushes) end();
    });

    it('answers nobody before the flush after their commit, and works on meanwhile', async () => {
      const answered: number[] = [];
      const add = (id: number) => lane.run(insert(id), 'write').then(() => answered.push(id));
      const first = add(1);
      await asked(1);
      const others = [add(2), add(3)];
      for (const deadline = Date.now() + 5000; ids().length < 3; await delay(1)) assert.ok(Date.now() < deadline);
      assert.deepEqual([answered, flushes.length], [[], 1], 'the next are committed while the first is flushed');
      flushes[0]?.end();
      await first;
      await asked(2);
      assert.deepEqual(answered, [1], 'the flush of the first began before the others were committed');
      flushes[1]?.end();
      await Promise.all(others);
      assert.deepEqual([answered, flushes.length], [[1, 2, 3], 2]);
    });

    it('tells those of a flush that failed, and goes on', async () => {
      const lost = lane.run(insert(1), 'write');
      await asked(1);
      flushes[0]?.fail(Object.assign(new Error('no space'), { code: 'ENOSPC' }));
      await assert.rejects(lost, (error) => isDomainError(error) && error.reason === 'storage-full');
      const next = lane.run(insert(2), 'write');
      await asked(2);
      flushes[1]?.end();
      assert.equal(await next, 2);
    });

    it('closes after the last answer', async () => {
      const last = lane.run(insert(1), 'write');
      await asked(1);
      let closed = false;
      const closing = lane.close().then(() => {
        closed = true;
      });
      await delay(5);
      assert.equal(closed, false);
      flushes[0]?.end();
      await closing;
      assert.equal(await last, 1);
    });
  });
});
