import assert from 'node:assert/strict';
import type { Run } from '../../../protocol/model/run.ts';
import type { OutputPiece, UsageSample, WatchOptions } from '../../../server/domain/compute/ports.ts';
import { pointsOf, stepOf } from '../../../server/domain/compute/usagePump.ts';
import { DomainError } from '../../../server/domain/shared/errors.ts';
import { FakeBackend } from '../../fixtures/fakeBackend.ts';
import {
  collect,
  createDomain,
  type Domain,
  eventually,
  furnish,
  launchInput,
  runUntil,
} from '../../harness/domain.ts';

type Options = WatchOptions & { readonly after: number };

/** A backend whose output is what a test says, whatever offset is asked for. */
class ScriptedOutput extends FakeBackend {
  readonly asked: number[] = [];
  readonly #script: (after: number, attempt: number) => AsyncGenerator<OutputPiece>;

  constructor(script: (after: number, attempt: number) => AsyncGenerator<OutputPiece>) {
    super();
    this.#script = script;
  }

  override output(_handle: string, { after }: Options): AsyncIterable<OutputPiece> {
    this.asked.push(after);
    return this.#script(after, this.asked.length);
  }
}

const data = (offset: number, text: string): OutputPiece => ({ kind: 'data', offset, data: Buffer.from(text) });

async function ranWith(backend: FakeBackend, change: (domain: Domain) => void = () => undefined) {
  const domain = await createDomain({ backend });
  await furnish(domain);
  change(domain);
  await domain.scheduler.start();
  const { id } = await domain.runs.launch(launchInput(), domain.admin);
  await runUntil(domain, id, ({ state }) => state === 'running');
  return { domain, id };
}

async function endOf(domain: Domain, backend: FakeBackend, id: string): Promise<Run> {
  backend.finish(id);
  return runUntil(domain, id, ({ endedAt }) => endedAt !== null);
}

describe('log pump', () => {
  it('goes on where the log ends after a failure', async () => {
    const backend = new ScriptedOutput(async function* (after, attempt) {
      yield data(after, 'abcdef'.slice(after, after + 2));
      if (attempt < 3) throw new Error('connection reset');
    });
    const { domain, id } = await ranWith(backend);
    await using owned = domain;
    await endOf(owned, backend, id);
    assert.deepEqual(backend.asked, [0, 2, 4]);
    assert.equal(await owned.logs.lastText(id, 100), 'abcdef');
  });

  it('leaves out what is there already and marks what is missing', async () => {
    const backend = new ScriptedOutput(async function* () {
      yield data(0, 'abc');
      yield data(1, 'bcd');
      yield { kind: 'gap', offset: 2, bytes: 6 };
      yield data(10, 'end');
    });
    const { domain, id } = await ranWith(backend);
    await using owned = domain;
    await endOf(owned, backend, id);
    const input = { runId: id, after: 0, follow: true };
    const chunks = await collect(owned.runs.logs(input, owned.admin));
    const shown = chunks.map((chunk) => [chunk.kind, chunk.offset, chunk.kind === 'text' ? chunk.text : '']);
    assert.deepEqual(shown[0], ['text', 0, 'abcd']);
    assert.ok(shown.slice(1, -2).every(([kind]) => kind === 'gap'));
    assert.deepEqual(shown.slice(-2), [
      ['text', 10, 'end'],
      ['end', 13, ''],
    ]);
  });

  it('lets the run end without output that cannot be had', async () => {
    // biome-ignore lint/correctness/useYield: it fails before there is anything
    const backend = new ScriptedOutput(async function* () {
      throw new Error('file is gone');
    });
    const { domain, id } = await ranWith(backend);
    await using owned = domain;
    assert.equal((await endOf(owned, backend, id)).state, 'succeeded');
  });
});

describe('artifact collection', () => {
  it('waits for room on a full disk and says so', async () => {
    const backend = new FakeBackend();
    let isFull = true;
    const { domain, id } = await ranWith(backend, ({ artifacts }) => {
      const put = artifacts.put.bind(artifacts);
      artifacts.put = (...args) =>
        isFull ? Promise.reject(new DomainError('storage-full', 'No space left.')) : put(...args);
    });
    await using owned = domain;
    backend.addFile(id, 'outputs/model.bin', 'weights');
    backend.finish(id);
    const held = await runUntil(owned, id, ({ reason }) => reason === 'disk-full');
    assert.deepEqual([held.state, held.detail], ['running', 'No space left.']);
    isFull = false;
    const run = await runUntil(owned, id, ({ endedAt }) => endedAt !== null);
    assert.deepEqual([run.state, run.reason], ['succeeded', null]);
  });

  it('ends the run all the same when a file is refused, and names it', async () => {
    const backend = new FakeBackend();
    const { domain, id } = await ranWith(backend);
    await using owned = domain;
    backend.addFile(id, 'outputs/../../etc/passwd', 'x');
    backend.addFile(id, 'outputs/good.txt', 'good');
    const run = await endOf(owned, backend, id);
    assert.equal(run.state, 'succeeded');
    assert.match(run.detail ?? '', /Not kept as an artifact: outputs\/\.\.\/\.\.\/etc\/passwd/);
    assert.equal((await owned.runs.artifacts({ runId: id, path: 'outputs' }, owned.admin)).length, 1);
  });
});

describe('usage samples', () => {
  it('are metrics by whole seconds since the start', () => {
    const sample = { at: 12_700, cpuCores: 1.5, memoryBytes: 3 * 1024 * 1024 };
    const points = pointsOf(sample, stepOf(sample, 10_000));
    assert.deepEqual(points, [
      { key: 'system/cpu_cores', value: 1.5, step: 2, timestamp: 12_700 },
      { key: 'system/memory_mib', value: 3, step: 2, timestamp: 12_700 },
    ]);
  });

  it('stand at one step each, also when several fall into a second', async () => {
    class Sampled extends FakeBackend {
      override async *usage(): AsyncGenerator<UsageSample> {
        const start = Date.now() + 60_000;
        for (const ms of [30, 900, 1100, 2050, 2900]) yield { at: start + ms, cpuCores: ms, memoryBytes: 0 };
      }
    }
    const backend = new Sampled();
    const { domain, id } = await ranWith(backend);
    await using owned = domain;
    const query = { runIds: [id], keys: ['system/cpu_cores'], maxPoints: 100 };
    const steps = async () => (await owned.runs.history(query, owned.admin))[0]?.steps.length ?? 0;
    // The end of a run does not wait for samples.
    await eventually(async () => (await steps()) >= 3, 'the samples are kept');
    await endOf(owned, backend, id);
    const [curve] = await owned.runs.history(query, owned.admin);
    assert.ok(curve);
    assert.deepEqual(curve.steps, [...new Set(curve.steps)]);
    assert.equal(curve.values[0], 30, 'the first of a second is kept');
  });
});
