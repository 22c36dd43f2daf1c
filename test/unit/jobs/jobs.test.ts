import assert from 'node:assert/strict';
import { launchJobInput, minutesOf } from '../../../protocol/model/job.ts';
import { createJobFileReader } from '../../../server/adapters/definitions/jobFileReader.ts';
import { reportCommand } from '../../../server/domain/jobs/reportCommand.ts';
import { FakeBackend } from '../../fixtures/fakeBackend.ts';
import { commit, createDomain, furnish, runUntil } from '../../harness/domain.ts';
import { createScheduling } from '../../harness/scheduling.ts';

const file = `version: 1
jobs:
  prepare:
    command: python prepare.py
    timeout: 90s
  train:
    description: The model
    command: python train.py {data}
    folder: work
    parameters: { data: clean.csv, depth: 3 }
    outputs: [models]
    retries: { limit: 2, wait: 1m }
    concurrency: { group: training, policy: cancel-older }
    depends-on: [prepare]
    schedule: { cron: "0 3 * * *", timezone: Europe/Vienna }
`;

const reader = createJobFileReader();

describe('flywheel.yaml', () => {
  it('gives its jobs with their lines', async () => {
    const { jobs, problems } = await reader.read(file);
    assert.deepEqual(problems, []);
    assert.deepEqual(
      jobs.map(({ name, line }) => [name, line]),
      [
        ['prepare', 3],
        ['train', 6],
      ],
    );
  });

  for (const [what, text, line, message] of [
    ['a key that is not known', 'jobs:\n  a:\n    command: x\n    tiers: small\n', 4, /tiers is not known here/],
    ['a job without a command', 'jobs:\n  a:\n    tier: small\n', 2, /needs either a command or a report/],
    ['a wrong duration', 'jobs:\n  a:\n    command: x\n    timeout: soon\n', 4, /timeout: a number and a unit/],
    ['a name that is none', 'jobs:\n  Big Job:\n    command: x\n', 2, /Big Job/],
    ['a dependency on none', 'jobs:\n  a:\n    command: x\n    depends-on:\n      - b\n', 5, /no job b/],
    ['a circle', 'jobs:\n  a:\n    command: x\n    depends-on: [a]\n', 4, /depends on itself/],
    ['outputs that leave the folder', 'jobs:\n  a:\n    command: x\n    outputs: [../../etc]\n', 4, /relative path/],
    ['what is no YAML', 'jobs:\n  a: {\n', 3, /./],
    ['no jobs', 'job: 1\n', 1, /jobs is missing/],
    ['an empty file', '', 1, /./],
    ['a report that is none', 'jobs:\n  a:\n    report: x.docx\n', 3, /notebook \(\.ipynb\)/],
  ] as const) {
    it(`names the line of ${what}`, async () => {
      const { jobs, problems } = await reader.read(text);
      assert.deepEqual(jobs, []);
      assert.match(problems.map((each) => each.message).join('\n'), message);
      assert.ok(
        problems.some((each) => each.line === line),
        JSON.stringify(problems),
      );
    });
  }

  it('leaves the other jobs alone when one is wrong', async () => {
    const { jobs, problems } = await reader.read(`${file}  broken:\n    command: 3\n`);
    assert.deepEqual([jobs.length, problems.length, problems[0]?.field], [2, 1, 'jobs.broken.command']);
  });

  it('refuses anchors that multiply', async () => {
    const levels = Array.from(
      { length: 9 },
      (_, at) => `l${at + 1}: &l${at + 1} [${Array(9).fill(`*l${at}`).join(', ')}]`,
    );
    const { problems } = await reader.read(`l0: &l0 [x]\n${levels.join('\n')}\njobs: {}\n`);
    assert.match(problems[0]?.message ?? '', /alias/i);
  });

  it('knows durations', () => {
    assert.deepEqual(['30s', '5m', '2h', '1d'].map(minutesOf), [0.5, 5, 120, 1440]);
  });
});

async function withFile(text = file) {
  const backend = new FakeBackend();
  const domain = await createDomain({
    backend,
    tiers: [{ concurrency: 4, maxMinutes: 10, pricePerHour: 6 }],
    inMemory: true,
  });
  domain.code.contents.set('flywheel.yaml', Buffer.from(text));
  domain.code.contents.set('work/train.py', Buffer.from(''));
  await furnish(domain);
  await domain.scheduler.start();
  return { domain, backend, ...createScheduling(domain) };
}

const code = { commit, base: null, branch: 'main', dirty: false, folder: '' };
const train = (change: object = {}) => launchJobInput.parse({ projectId: 'iris', job: 'train', code, ...change });

describe('jobs', () => {
  it('are launched with those that they depend on, and wait for them', async () => {
    const { domain, backend, jobs } = await withFile();
    await using _owned = domain;
    const { runId, runs } = await jobs.launch(train({ parameters: { depth: '5' } }), domain.admin);
    assert.deepEqual(
      runs.map(({ job }) => job),
      ['prepare', 'train'],
    );
    const prepare = runs[0]?.runId ?? '';
    await runUntil(domain, prepare, ({ state }) => state === 'running');
    const waiting = await runUntil(domain, runId, ({ queue }) => queue !== null);
    assert.equal(waiting.queue?.hold, 'dependency');
    assert.equal(waiting.tags['flywheel.job'], 'train');
    backend.finish(prepare);
    await runUntil(domain, runId, ({ state }) => state === 'running');
    const [first, second] = backend.submitted;
    assert.equal(first?.limits.maxMinutes, 1.5, 'its own time-out, not the longer one of the tier');
    assert.equal(second?.limits.maxMinutes, 10);
    assert.equal(second?.command, 'python train.py clean.csv --depth 5');
    assert.equal(second?.folder, 'work');
  });

  it('are launched once for one request', async () => {
    const { domain, jobs } = await withFile();
    await using _owned = domain;
    const requestId = '5a3d4c9e-0d0a-4e9e-8a53-0e4a4d1e2f60';
    const first = await jobs.launch(train({ requestId }), domain.admin);
    assert.deepEqual(await jobs.launch(train({ requestId }), domain.admin), first);
  });

  it('say before what would happen, wait and likely cost, and queue nothing', async () => {
    const { domain, backend, jobs } = await withFile();
    await using _owned = domain;
    const done = await jobs.launch(train({ alone: true }), domain.admin);
    await runUntil(domain, done.runId, ({ state }) => state === 'running');
    backend.finish(done.runId);
    await runUntil(domain, done.runId, ({ state }) => state === 'succeeded');
    const plan = await jobs.dryRun(train(), domain.admin);
    assert.equal(plan.possible, true);
    assert.deepEqual(
      plan.steps.map(({ job, environmentRevision }) => [job, environmentRevision]),
      [
        ['prepare', 1],
        ['train', 1],
      ],
    );
    assert.match(
      plan.steps[1]?.waitsFor.join('; ') ?? '',
      /until prepare has succeeded; until older runs of the group training/,
    );
    assert.equal(plan.steps[1]?.estimate?.runs, 1);
    assert.equal(plan.cost, null, 'nothing is known of the first step');
    assert.equal((await domain.runs.list({ limit: 10 }, domain.admin)).items.length, 1);
  });

  it('refuse as a whole what could not be launched, by name and remedy', async () => {
    const { domain, jobs } = await withFile(
      file.replace('command: python prepare.py', 'command: python prepare.py\n    tier: gone'),
    );
    await using _owned = domain;
    const plan = await jobs.dryRun(train(), domain.admin);
    assert.equal(plan.possible, false);
    assert.match(plan.steps[0]?.problem ?? '', /no hardware tier gone/);
    await assert.rejects(jobs.launch(train(), domain.admin), { field: 'tierId' });
    await assert.rejects(jobs.launch(train({ job: 'none' }), domain.admin), {
      message: 'flywheel.yaml has no job none.',
    });
    assert.deepEqual((await domain.runs.list({ limit: 10 }, domain.admin)).items, []);
  });

  it('name the line of a job that is wrong', async () => {
    const { domain, jobs } = await withFile(`${file}  broken:\n    command: 3\n`);
    await using _owned = domain;
    await assert.rejects(jobs.launch(train({ job: 'broken' }), domain.admin), /flywheel.yaml, line 17: command/);
  });

  it('are listed at the commit of the newest launch unless another is named', async () => {
    const { domain, jobs } = await withFile();
    await using _owned = domain;
    assert.equal((await jobs.list({ projectId: 'iris' }, domain.admin)).code, null);
    await jobs.launch(train({ job: 'prepare' }), domain.admin);
    const { path, jobs: found } = await jobs.list({ projectId: 'iris' }, domain.admin);
    assert.deepEqual([path, found.length], ['flywheel.yaml', 2]);
  });
});

describe('reports', () => {
  it('are made from a notebook, with papermill where there are parameters', () => {
    assert.equal(
      reportCommand('reports/week 1.ipynb', []),
      "python3 -m nbconvert --to html --output report.html --output-dir . --execute 'reports/week 1.ipynb'",
    );
    assert.match(
      reportCommand('reports/week.ipynb', ['since']),
      /papermill --cwd reports reports\/week.ipynb .* -p since \{since\} && python3 -m nbconvert/,
    );
  });

  it('are made from R Markdown', () => {
    assert.match(
      reportCommand('week.Rmd', ['since']),
      /^Rscript -e '.*rmarkdown::render\("week.Rmd".*' since \{since\}$/,
    );
  });

  it('keep report.html beside the outputs', async () => {
    const { domain, jobs } = await withFile('jobs:\n  weekly:\n    report: week.ipynb\n    outputs: [figures]\n');
    await using _owned = domain;
    const { runId } = await jobs.launch(train({ job: 'weekly' }), domain.admin);
    const run = await domain.store.read(({ runs }) => runs.run(runId));
    assert.deepEqual(run?.launch?.artifacts, ['report.html', 'figures']);
  });
});
