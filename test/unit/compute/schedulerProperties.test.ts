import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isFinal } from '../../../protocol/model/run.ts';
import { FakeBackend } from '../../fixtures/fakeBackend.ts';
import { createDomain, type Domain, eventually, furnish, launchInput } from '../../harness/domain.ts';

type Action =
  | { readonly kind: 'launch'; readonly tier: 'one' | 'two'; readonly priority: number }
  | { readonly kind: 'finish'; readonly which: number; readonly exitCode: number }
  | { readonly kind: 'stop'; readonly which: number }
  | { readonly kind: 'restart' }
  | { readonly kind: 'settle' };

const which = fc.nat({ max: 5 });
const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('launch' as const),
      tier: fc.constantFrom('one' as const, 'two' as const),
      priority: fc.integer({ min: -2, max: 2 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('finish' as const), which, exitCode: fc.constantFrom(0, 1) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('stop' as const), which }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'restart' as const }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'settle' as const }) },
);

const tiers = [
  { id: 'one', name: 'One', concurrency: 1 },
  { id: 'two', name: 'Two', concurrency: 2, priority: 1 },
];

/** A server, the jobs beside it, and everything that was ever launched. */
class World {
  readonly backend = new FakeBackend();
  readonly first: Domain;
  domain: Domain;
  readonly tierOf = new Map<string, string>();

  constructor(first: Domain, backend: FakeBackend) {
    this.first = first;
    this.domain = first;
    this.backend = backend;
  }

  async act(action: Action): Promise<void> {
    switch (action.kind) {
      case 'launch': {
        const input = launchInput({ tierId: action.tier, priority: action.priority });
        const { id } = await this.domain.runs.launch(input, this.domain.admin);
        this.tierOf.set(id, action.tier);
        return;
      }
      case 'finish':
        return this.finish(action.which, action.exitCode);
      case 'stop': {
        const id = [...this.tierOf.keys()][action.which];
        if (id !== undefined) await this.domain.runs.stop({ runId: id }, this.domain.admin);
        return;
      }
      case 'restart':
        await this.domain.die();
        this.domain = await createDomain({ backend: this.backend, tiers, kept: this.first });
        return this.domain.scheduler.start();
      case 'settle':
        return void (await new Promise((resolve) => setTimeout(resolve, 10)));
    }
  }

  async finish(which: number, exitCode: number): Promise<void> {
    const jobs = await this.backend.list();
    const id = jobs[which % Math.max(1, jobs.length)];
    if (id !== undefined) this.end(id, exitCode);
  }

  end(id: string, exitCode = 0): void {
    try {
      this.backend.finish(id, { exitCode });
    } catch {
      // Removed since it was listed.
    }
  }

  /** Places of a tier are taken from the pick on, so no more than that are ever past the queue. */
  async checkConcurrency(): Promise<void> {
    const unfinished = await this.domain.store.read(({ runs }) => runs.unfinished());
    for (const { id, concurrency } of tiers) {
      const taken = unfinished.filter(({ state, launch }) => state !== 'queued' && launch?.tierId === id);
      assert.ok(taken.length <= concurrency, `${taken.length} at once in ${id}`);
    }
  }

  async drain(): Promise<void> {
    const isDrained = async () => {
      for (const id of await this.backend.list()) this.end(id);
      return (await this.domain.store.read(({ runs }) => runs.unfinished())).length === 0;
    };
    await eventually(isDrained, 'all runs end');
    await eventually(async () => (await this.backend.list()).length === 0, 'all jobs are removed');
  }

  async checkEnds(): Promise<void> {
    const started = this.backend.submitted.map(({ runId }) => runId);
    assert.equal(new Set(started).size, started.length, 'no run starts twice');
    const events = await this.domain.store.read((stores) => stores.events.after(0, 10_000));
    for (const id of this.tierOf.keys()) {
      const ends = events.filter(
        ({ type, subject, detail }) =>
          type === 'run.state-changed' && subject.runId === id && isFinal(String(detail.to) as 'failed'),
      );
      assert.equal(ends.length, 1, 'each run ends exactly once');
      const run = await this.domain.store.read(({ runs }) => runs.run(id));
      assert.ok(run && isFinal(run.state) && run.state !== 'lost', `ended as ${run?.state}`);
      if (run.state === 'succeeded') assert.ok(started.includes(id), 'success is never inferred');
    }
  }
}

describe('scheduler under any order of launches, ends, stops and restarts', () => {
  it('keeps to the concurrency, ends each run once and starts none twice', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(action, { minLength: 3, maxLength: 16 }), async (actions) => {
        const backend = new FakeBackend();
        await using first = await createDomain({ backend, tiers, inMemory: true });
        await furnish(first);
        const world = new World(first, backend);
        await first.scheduler.start();
        try {
          for (const each of actions) {
            await world.act(each);
            await world.checkConcurrency();
          }
          await world.drain();
          await world.checkEnds();
        } finally {
          if (world.domain !== first) await world.domain[Symbol.asyncDispose]();
        }
      }),
      { numRuns: 40 },
    );
  });
});
