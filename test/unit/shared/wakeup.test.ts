import assert from 'node:assert/strict';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { pause, until, Wakeup } from '../../../server/domain/shared/wakeup.ts';

const never = new AbortController().signal;

/** What the heap holds once it is collected. */
async function heapUsed(): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  await new Promise((resolve) => setTimeout(resolve, 20));
  collect();
  return process.memoryUsage().heapUsed;
}

describe('waiting', () => {
  it('ends with the first of several, and goes on with the others', async () => {
    const [a, b] = [new Wakeup(), new Wakeup()];
    const both = [a.next(), b.next()];
    setTimeout(() => a.ring(), 5);
    await until(never, ...both);
    const second = b.next();
    setTimeout(() => b.ring(), 5);
    await until(never, a.next(), second);
    await until(never, second);
  });

  it('wakes all who wait for one ring', async () => {
    const bell = new Wakeup();
    const all = Promise.all([1, 2, 3].map(() => until(never, bell.next())));
    bell.ring();
    await all;
  });

  it('ends with the signal, before and while it waits', async () => {
    const abort = new AbortController();
    const waiting = until(abort.signal, new Wakeup().next());
    abort.abort();
    await waiting;
    await until(abort.signal, new Wakeup().next());
    await pause(60_000, abort.signal);
  });

  it('throws what a promise was rejected with, now and later', async () => {
    const failing = Promise.reject(new Error('broken'));
    await assert.rejects(until(never, failing), /broken/);
    await assert.rejects(until(never, failing), /broken/);
  });

  it('leaves nothing behind at a bell that is not rung, however often it is waited for', async () => {
    const [quiet, busy] = [new Wakeup(), new Wakeup()];
    const abort = new AbortController();
    const wait = async (times: number) => {
      for (let time = 0; time < times; time += 1) {
        const changed = [quiet.next(), busy.next()];
        busy.ring();
        await until(abort.signal, ...changed);
      }
    };
    await wait(5000);
    const before = await heapUsed();
    await wait(50_000);
    const perWait = ((await heapUsed()) - before) / 50_000;
    assert.ok(perWait < 20, `${perWait.toFixed(1)} bytes stay with each`);
  });
});
