/** What the comparison makes of packages, files, code, places, and runs that cannot be had. */
import assert from 'node:assert/strict';
import { ORPCError } from '@orpc/client';
import type { Run } from '../../../protocol/model/run.ts';
import { panelPlace } from '../../../protocol/panel.ts';
import { changesOf } from '../../../webviews/panels/compare/codeChanges.ts';
import { ComparedRuns } from '../../../webviews/panels/compare/comparedRuns.ts';
import { environmentRows, factsOf } from '../../../webviews/panels/compare/environmentFacts.ts';
import { packagesIn, packagesInConda } from '../../../webviews/panels/compare/packages.ts';
import { baselineOf, moved, withoutRun, withRun } from '../../../webviews/panels/compare/runOrder.ts';
import { unionOf, wordsOf } from '../../../webviews/panels/compare/unionTree.ts';
import type { PanelClient } from '../../../webviews/state/panelClient.ts';

describe('packages of an environment', () => {
  it('are read from requirements, names as PyPI compares them', () => {
    const text =
      '# all\n-r other.txt\nNumPy==2.0 # pinned\nscikit_learn[all] >=1.2,<2 ; python_version>"3"\ntorch\r\n\na @ https://x/y.whl\n';
    assert.deepEqual(
      [...packagesIn(text)],
      [
        ['numpy', '2.0'],
        ['scikit-learn', '>=1.2,<2'],
        ['torch', 'any'],
        ['a', '@ https://x/y.whl'],
      ],
    );
  });

  it('are read from a conda environment with those of pip', () => {
    const text =
      'channels:\n- conda-forge\ndependencies:\n- python=3.11.4\n- pip<=23\n- pip:\n  - mlflow==2.9\nname: env\n';
    assert.deepEqual(
      [...packagesInConda(text)],
      [
        ['python', '3.11.4'],
        ['pip', '<=23'],
        ['mlflow', '2.9'],
      ],
    );
  });
});

describe('environments of runs', () => {
  const signal = new AbortController().signal;
  const python = { kind: 'python', python: 'python3.11', requirements: 'numpy>=1' } as const;
  const revisions = [
    { revision: 1, definition: python, build: { lock: 'numpy==2.0' } },
    { revision: 2, definition: python, build: { lock: null } },
    { revision: 3, definition: { kind: 'system' }, build: { lock: null } },
  ];
  let asked = 0;
  const client = {
    environments: {
      revisions: async () => {
        asked += 1;
        return revisions;
      },
    },
    runs: { artifacts: async () => [] },
  } as unknown as PanelClient;
  const run = (id: string, environmentRevision: number | null) =>
    ({ id, environmentId: environmentRevision === null ? null : 'py', environmentRevision }) as Run;

  it('are known from the lock, else from the requirements, else not, and say so', async () => {
    const runs = [run('a', 1), run('b', 2), run('c', 3), run('d', 9), run('e', null), undefined];
    const [source, version, numpy] = environmentRows(runs, await factsOf(runs, { client, signal }));
    assert.equal(asked, 1);
    assert.deepEqual(
      source?.cells.map((cell) => cell?.text),
      [
        'Lock of py revision 1',
        'Requirements of py revision 2, not built yet',
        'Unknown: py revision 3 is the software of the machine itself',
        'Unknown: py revision 9 is no longer there',
        'Unknown: none logged',
        undefined,
      ],
    );
    assert.deepEqual(
      version?.cells.map((cell) => cell?.value),
      ['python3.11', 'python3.11', null, null, null, undefined],
    );
    assert.deepEqual(
      numpy?.cells.map((cell) => cell?.text),
      ['2.0', '>=1', undefined, undefined, undefined, undefined],
    );
  });
});

describe('files of several runs', () => {
  const file = (path: string, bytes: number) => ({ path, folder: false, bytes });

  it('are one list that says who has them and where sizes differ', () => {
    const union = unionOf([[file('b', 1), file('a', 2)], [file('a', 3), { path: 'z', folder: true, bytes: null }], []]);
    assert.deepEqual(
      union.map((item) => [item.path, wordsOf(item)]),
      [
        ['z', 'in 1 of 3'],
        ['a', 'in 2 of 3, sizes differ'],
        ['b', 'in 1 of 3'],
      ],
    );
    assert.equal(wordsOf(unionOf([[file('a', 1)], [file('a', 1)]])[0]!), '');
  });

  it('of code differ by the ids of their contents', () => {
    const code = (path: string, id: string) => ({ path, bytes: 1, change: 'same' as const, id });
    assert.deepEqual(
      changesOf([code('a', '1'), code('b', '1'), code('c', '1')], [code('a', '1'), code('b', '2'), code('d', '1')]),
      [
        { path: 'b', kind: 'modified' },
        { path: 'c', kind: 'deleted' },
        { path: 'd', kind: 'added' },
      ],
    );
  });
});

describe('which runs are compared', () => {
  const place = { panel: 'compare' as const, runIds: ['a', 'b', 'c'] };

  it('has the first as baseline until another is chosen, and keeps it', () => {
    assert.equal(baselineOf(place), 'a');
    assert.equal(baselineOf({ ...place, baseline: 'gone' }), 'a');
    assert.deepEqual(moved(place, 'a', 1), { ...place, runIds: ['b', 'a', 'c'], baseline: 'a' });
    assert.equal(moved(place, 'a', -1), place);
    assert.deepEqual(withRun(place, 'd'), { ...place, runIds: ['a', 'b', 'c', 'd'], baseline: 'a' });
    assert.equal(withRun(place, 'b'), place);
  });

  it('lets the next be the baseline when it is removed, and keeps two', () => {
    assert.deepEqual(withoutRun({ ...place, baseline: 'b' }, 'b'), { panel: 'compare', runIds: ['a', 'c'] });
    const two = { ...place, runIds: ['a', 'b'] };
    assert.equal(withoutRun(two, 'a'), two);
  });

  it('is two to fifty different ones', () => {
    const many = (count: number) => Array.from({ length: count }, (_, at) => `r${at}`);
    const accepts = (runIds: readonly string[]) => panelPlace.safeParse({ panel: 'compare', runIds }).success;
    assert.deepEqual(
      [2, 50].map((count) => accepts(many(count))),
      [true, true],
    );
    assert.deepEqual(
      [0, 1, 51].map((count) => accepts(many(count))),
      [false, false, false],
    );
    assert.ok(!accepts(['a', 'a']));
    assert.ok(!accepts(['a', '../b']));
  });
});

describe('runs of a comparison', () => {
  const found = new Set(['a', 'b']);
  let asked: string[] = [];
  const get = async ({ runId }: { runId: string }) => {
    asked.push(runId);
    if (found.has(runId)) return { id: runId } as Run;
    throw new ORPCError(runId === 'down' ? 'SERVICE_UNAVAILABLE' : 'NOT_FOUND', {
      message: `There is no run ${runId}.`,
    });
  };
  const client = { runs: { get } } as unknown as PanelClient;
  const signal = new AbortController().signal;
  beforeEach(() => {
    asked = [];
  });

  it('come one by one: who is not there is named, the others are there', async () => {
    const loaded = await new ComparedRuns().load(['a', 'x', 'b'], { client, signal });
    assert.deepEqual([...loaded.keys()], ['a', 'x', 'b']);
    assert.deepEqual(loaded.get('x'), { problem: 'There is no run x.' });
  });

  it('are asked for anew when they changed, all when nobody knows which', async () => {
    const runs = new ComparedRuns();
    await runs.load(['a', 'b'], { client, signal });
    assert.ok(!runs.touch('other') && runs.touch('b'));
    asked = [];
    await runs.load(['a', 'b'], { client, signal });
    assert.deepEqual(asked, ['b']);
    asked = [];
    await runs.load(['b', 'a'], { client, signal });
    assert.deepEqual(asked, ['b', 'a']);
  });

  it('fail together where the server does', async () => {
    await assert.rejects(new ComparedRuns().load(['a', 'down'], { client, signal }), /no run down/);
  });
});
