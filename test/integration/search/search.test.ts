/** Prior work is found: by two people who may see different things, from a push to its end. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { isFinal } from '../../../protocol/model/run.ts';
import type { SearchHit } from '../../../protocol/model/search.ts';
import { until } from '../../e2e/until.ts';
import { type OpenClient, openClient, type TestClient } from '../../harness/client.ts';
import { projectWithCode } from '../../harness/projectWithCode.ts';
import { pushFiles } from '../../harness/pushFiles.ts';
import { dataFolder, spawnServer, startServer, type TestServer } from '../../harness/server.ts';

const files = {
  'README.md': '# Churn\n\nPredicts who leaves, with a gradient boosted zebrafish.\n',
  'src/TrainModel.py':
    'import np\n\ndef loadDataFrame(path):\n    return np.read_table(path)\n\nclass ChurnEstimator:\n    pass\n',
  'notes.ipynb': JSON.stringify({
    cells: [
      { cell_type: 'markdown', source: ['# Calibration of platypus\n'] },
      { cell_type: 'code', source: 'print(1)', outputs: [{ text: ['the wombat coefficient\n'] }] },
    ],
    metadata: { kernelspec: { language: 'python' } },
  }),
  '机器.md': '我们用机器学习预测流失\n',
  'arabic.txt': 'نموذج التنبؤ بالعملاء\n',
};

describe('search', function () {
  this.timeout(60_000);
  const owned = new AsyncDisposableStack();
  let server: TestServer;
  let admin: OpenClient;
  let guest: OpenClient;

  before(async () => {
    server = owned.use(await startServer());
    admin = owned.use(await openClient(server));
    await admin.api.session.createUser({ id: 'ada', name: 'Ada Lovelace' });
    const { secret } = await admin.api.session.createToken({ name: 'ada', userId: 'ada' });
    guest = owned.use(await openClient({ url: server.url, token: secret }));
    await admin.api.projects.create({ id: 'churn', name: 'Customer churn', description: 'Who leaves next month' });
    await pushFiles({ server, project: 'churn', files: files });
    await found(admin.api, 'zebrafish');
  });
  after(() => owned.disposeAsync());

  it('finds a pushed file by a word and marks it at its line', async () => {
    const [hit] = await found(admin.api, 'zebrafish');
    assert.equal(hit?.kind, 'document');
    assert.equal(hit.path, 'README.md');
    assert.equal(hit.projectName, 'Customer churn');
    const [line] = hit.lines;
    assert.equal(line?.line, 3);
    assert.deepEqual(
      line.marks.map(({ from, to }) => line.text.slice(from, to)),
      ['zebrafish'],
    );
  });

  for (const [text, path] of [
    ['loaddataframe', 'src/TrainModel.py'],
    ['loadDataFrame', 'src/TrainModel.py'],
    ['load_data_frame', 'src/TrainModel.py'],
    ['np.read_table', 'src/TrainModel.py'],
    ['"def loadDataFrame(path)"', 'src/TrainModel.py'],
    ['churnest*', 'src/TrainModel.py'],
    ['trainmodel lang:python', 'src/TrainModel.py'],
    ['"calibration of platypus"', 'notes.ipynb'],
    ['wombat kind:notebook', 'notes.ipynb'],
    ['机器学习', '机器.md'],
    ['التنبؤ', 'arabic.txt'],
  ] as const) {
    it(`finds ${text}`, async () => {
      const { hits } = await admin.api.search.query({ text });
      assert.ok(
        hits.some((hit) => hit.path === path),
        JSON.stringify(hits.map(({ title }) => title)),
      );
    });
  }

  for (const text of [
    '"of calibration"',
    'zebrafish -boosted',
    'zebrafish kind:code',
    'zebrafish lang:rust',
    'zebrafish -project:churn',
  ]) {
    it(`finds nothing by ${text}`, async () => {
      assert.equal((await admin.api.search.query({ text })).total, 0);
    });
  }

  it('shows, counts and proposes nothing of a project that one may not see', async () => {
    const before = await guest.api.search.query({ text: 'zebrafish' });
    assert.deepEqual([before.total, before.facets.kinds, before.didYouMean], [0, [], null]);
    const typo = await guest.api.search.query({ text: 'zebrafich' });
    assert.equal(typo.didYouMean, null);
    assert.equal((await admin.api.search.query({ text: 'zebrafich' })).didYouMean, 'zebrafish');
    const [hit] = (await admin.api.search.query({ text: 'zebrafish' })).hits;
    await assert.rejects(guest.api.search.read({ id: hit?.id ?? '' }), /no such text/);
    await admin.api.projects.setMember({ projectId: 'churn', userId: 'ada', role: 'viewer' });
    assert.equal((await guest.api.search.query({ text: 'zebrafish' })).total, 1);
    assert.match((await guest.api.search.read({ id: hit?.id ?? '' })).text, /gradient boosted/);
    await admin.api.projects.setMember({ projectId: 'churn', userId: 'ada', role: null });
    assert.equal((await guest.api.search.query({ text: 'zebrafish' })).total, 0);
  });

  it('finds projects, environments, people and experiments', async () => {
    const kinds = async (text: string) => (await admin.api.search.query({ text })).hits.map(({ kind }) => kind);
    assert.ok((await kinds('leaves next month')).includes('project'));
    assert.ok((await kinds('lovelace')).includes('person'));
    assert.ok((await kinds('kind:environment')).includes('environment'));
    assert.ok((await kinds('kind:experiment churn')).includes('experiment'));
  });

  it('finds what was said, where it was said, until it is taken back', async () => {
    const { api } = admin;
    const target = { kind: 'code', path: 'src/TrainModel.py' } as const;
    const { first } = await api.comments.add({ projectId: 'churn', target, text: 'Why no axolotl here?' });
    const reply = await api.comments.add({ projectId: 'churn', target, text: 'A pangolin does it', replyTo: first.id });
    for (const word of ['axolotl', 'pangolin']) {
      const [hit] = await found(api, word);
      assert.deepEqual([hit?.kind, hit?.title, hit?.projectId], ['comment', 'src/TrainModel.py', 'churn']);
    }
    assert.deepEqual((await guest.api.search.query({ text: 'axolotl' })).hits, []);
    await api.comments.delete({ projectId: 'churn', commentId: reply.replies[0]?.id ?? '' });
    await until('the reply is gone', async () => (await api.search.query({ text: 'pangolin' })).total === 0);
    assert.equal((await found(api, 'axolotl')).length, 1);
    await api.comments.delete({ projectId: 'churn', commentId: first.id });
    assert.equal((await api.search.query({ text: 'axolotl' })).total, 0);
  });

  it('follows changes and deletions of runs at once', async () => {
    const code = await projectWithCode(
      { url: server.url, token: server.token, api: admin.api },
      { id: 'wings', files: { 'fly.py': 'print("albatross")\n' } },
    );
    const { id: runId } = await admin.api.runs.launch({
      ...{ projectId: 'wings', command: 'true', environmentId: 'system', tierId: 'small', code },
      ...{ name: 'first flight', parameters: { altitude: 'stratosphere' } },
    });
    await found(admin.api, 'stratosphere');
    const [file] = await found(admin.api, 'albatross');
    assert.equal(file?.runId, runId);
    await admin.api.runs.update({ runId, note: 'grounded by a pangolin' });
    await found(admin.api, 'pangolin');
    await until('it ends', async () => isFinal((await admin.api.runs.get({ runId })).state));
    await admin.api.runs.delete({ runId });
    for (const text of ['pangolin', 'albatross']) assert.equal((await admin.api.search.query({ text })).total, 0);
    await admin.api.runs.restore({ runId });
    assert.equal((await admin.api.search.query({ text: 'albatross' })).total, 1);
  });

  it('filters runs by a metric', async () => {
    const ask = (text: string) => admin.api.search.query({ text });
    assert.equal((await ask('metric:accuracy>0.5')).total, 0);
    await assert.rejects(ask('metric:accuracy'), /needs a comparison/);
    await assert.rejects(ask('kind:banana'), /no kind/);
  });

  it('takes what a later push took away out, and what a forced one brings in', async () => {
    await pushFiles({
      server,
      project: 'churn',
      files: { ...files, 'README.md': '# Churn\n\nNow with an axolotl.\n' },
    });
    await found(admin.api, 'axolotl');
    await until(
      'the old words are gone',
      async () => (await admin.api.search.query({ text: 'zebrafish' })).total === 0,
    );
    await pushFiles({ server, project: 'churn', files: files });
    await found(admin.api, 'zebrafish');
  });

  for (const [name, text] of [
    ['operators', 'a AND OR NOT NEAR(b, 2) ^c {d} : + - * ( "'],
    ['quotes', '"""\'\'`"'],
    ['ten kilobytes', 'zebra '.repeat(1700)],
    ['punctuation', '!?.,;:-_()[]{}<>=~^$#@%&*+|\\/'],
    ['NUL', 'ze\0bra\0'],
    ['half a pair', '\ud800 \udc00'],
    ['columns of the index', 'body:zebrafish name:x rowid:1'],
    ['unknown fields', 'np:array http://x.y/z?q=1'],
    ['nothing', '   '],
  ] as const) {
    it(`answers ${name}`, async () => {
      const { hits, notes } = await admin.api.search.query({ text });
      assert.ok(Array.isArray(hits));
      assert.equal(notes.length, name === 'ten kilobytes' ? 1 : 0);
    });
  }

  it('refuses a text that is longer than any question, and says so', async () => {
    await assert.rejects(admin.api.search.query({ text: 'x'.repeat(20_001) }));
  });

  it('is served over REST too', async () => {
    const response = await fetch(`${server.url}/api/search?text=zebrafish&limit=1`, {
      headers: { authorization: `Bearer ${server.token}` },
    });
    const { hits } = (await response.json()) as { hits: SearchHit[] };
    assert.equal(hits[0]?.path, 'README.md');
  });
});

describe('the search index', function () {
  this.timeout(60_000);

  it('goes on where it stopped after a kill, and is made anew when it is lost', async () => {
    await using data = await dataFolder();
    {
      await using server = await spawnServer({ data: data.path });
      await using client = await openClient(server);
      await client.api.projects.create({ id: 'first', description: 'quokka' });
      await pushFiles({ server, project: 'first', files: { 'a.py': 'narwhal = 1\n' } });
      await found(client.api, 'narwhal');
      await client.api.projects.create({ id: 'second', description: 'ocelot' });
      await server.kill();
    }
    {
      await using server = await spawnServer({ data: data.path });
      await using client = await openClient(server);
      for (const word of ['quokka', 'narwhal', 'ocelot']) await found(client.api, word);
      await server.kill();
    }
    const { writeFile } = await import('node:fs/promises');
    await writeFile(join(data.path, 'search.db'), 'no database at all');
    await using server = await spawnServer({ data: data.path });
    await using client = await openClient(server);
    for (const word of ['quokka', 'narwhal', 'ocelot']) await found(client.api, word);
  });
});

async function found(api: TestClient, text: string): Promise<readonly SearchHit[]> {
  let hits: readonly SearchHit[] = [];
  await until(
    `${text} is found`,
    async () => {
      ({ hits } = await api.search.query({ text }));
      return hits.length > 0;
    },
    10_000,
  );
  return hits;
}
