/** Code through time, on a real server: commits, what they hold, and which run first had each line. */
import assert from 'node:assert/strict';
import { prepareLaunch } from '../../../client/snapshot/prepareLaunch.ts';
import type { Blame, BlameInput } from '../../../protocol/model/code.ts';
import { type OpenClient, openClient } from '../../harness/client.ts';
import { reasonOf } from '../../harness/entrance.ts';
import { startServer, type TestServer } from '../../harness/server.ts';
import { WorkTree } from '../../unit/client/workTree.ts';
import { ok } from '../git/gitBinary.ts';

const projectId = 'lines';
const path = 'train.py';

describe('code through time', () => {
  const owned = new AsyncDisposableStack();
  let server: TestServer;
  let admin: OpenClient;
  let visitor: OpenClient;
  let tree: WorkTree;

  before(async () => {
    server = owned.use(await startServer());
    admin = owned.use(await openClient(server));
    tree = owned.use(new WorkTree()).init();
    await admin.api.projects.create({ id: projectId });
    await admin.api.projects.create({ id: 'other' });
    await admin.api.session.createUser({ id: 'visitor', name: 'Visitor' });
    const { secret } = await admin.api.session.createToken({ name: 'test', userId: 'visitor' });
    visitor = owned.use(await openClient({ url: server.url, token: secret }));
  });
  after(() => owned.disposeAsync());

  async function launch(name: string): Promise<string> {
    const code = await prepareLaunch({ folder: tree.folder, projectId, url: server.url, token: server.token });
    const how = { command: 'true', environmentId: 'system', tierId: 'small' };
    return (await admin.api.runs.launch({ projectId, name, code, ...how })).id;
  }
  const blame = (of: BlameInput['of'], file = path) => admin.api.code.blame({ projectId, path: file, of });
  const told = ({ spans, runs }: Blame) =>
    spans.flatMap(({ count, run }) => Array(count).fill(run === null ? null : runs[run]?.name));
  const refused = (work: Promise<unknown>) => work.then(() => 'nothing', reasonOf);
  const address = () => `${server.url.replace('http://', `http://user:${server.token}@`)}/git/${projectId}.git`;

  it('tells nothing of a project without code and runs, and that is no error', async () => {
    assert.deepEqual(await admin.api.code.commits({ projectId }), []);
    const nothing = await blame({ kind: 'text', text: 'a\nb\n' });
    assert.deepEqual(nothing.spans, [{ line: 1, count: 2, run: null }]);
    assert.deepEqual(nothing.searched, { commits: 0, versions: 0, complete: true });
    assert.deepEqual((await blame({ kind: 'text', text: '' })).spans, []);
  });

  it('tells which run first had each line, committed or not, over branches', async () => {
    tree.write({ [path]: 'one\ntwo\nthree\n', 'logo.bin': 'a\0b' }).commit('Begin');
    await launch('first');
    tree.write({ [path]: 'one\ntwo and a half\nthree\n' });
    const dirty = await launch('not committed');
    tree.git('checkout', '-q', '--', '.');
    tree.git('checkout', '-q', '-b', 'side');
    tree.write({ [path]: 'one\ntwo\nthree\nfour\n' }).commit('Go on');
    await launch('on a branch');
    const text = 'zero\none\ntwo and a half\r\nthree\nfour\n';
    const answer = await blame({ kind: 'text', text });
    assert.deepEqual(told(answer), [null, 'first', 'not committed', 'first', 'on a branch']);
    assert.deepEqual(answer.searched, { commits: 3, versions: 3, complete: true });
    const found = answer.runs.find(({ name }) => name === 'not committed');
    assert.deepEqual([found?.runId, found?.dirty, found?.createdBy.id], [dirty, true, 'admin']);
    assert.equal(found?.base, tree.git('rev-parse', 'main'));
  });

  it('tells of the file of a run and of a commit, and goes on with what came since', async () => {
    tree.write({ [path]: 'one\ntwo\nthree\nfour\nfive\n' });
    const runId = await launch('fifth');
    assert.deepEqual(told(await blame({ kind: 'run', runId })), ['first', 'first', 'first', 'on a branch', 'fifth']);
    const commit = tree.git('rev-parse', 'main');
    assert.deepEqual(told(await blame({ kind: 'commit', commit })), ['first', 'first', 'first']);
    await admin.api.runs.stop({ runId }).catch(() => undefined);
  });

  it('lists commits with how many runs came from each, and their files', async () => {
    await ok(tree.folder, 'push', '-q', address(), 'side:main');
    const commits = await admin.api.code.commits({ projectId });
    assert.deepEqual(
      commits.map(({ subject, runs, parents }) => [subject, runs, parents.length]),
      [
        ['Go on', 2, 1],
        ['Begin', 2, 0],
      ],
    );
    const [newest, oldest] = commits.map(({ commit }) => commit);
    assert.equal((await admin.api.code.commits({ projectId, from: oldest, limit: 5 })).length, 1);
    assert.equal((await admin.api.code.commits({ projectId, limit: 1 })).length, 1);
    const files = await admin.api.code.files({ projectId, commit: newest ?? '' });
    assert.deepEqual(
      files.map((file) => [file.path, file.kind]),
      [
        ['logo.bin', 'file'],
        [path, 'file'],
      ],
    );
    assert.equal(files[1]?.id, tree.git('rev-parse', `HEAD:${path}`));
    const at = `${server.url}/api/projects/${projectId}/code/file?commit=${oldest}&path=${path}`;
    const download = async (url: string, token = server.token) =>
      fetch(url, { headers: { authorization: `Bearer ${token}` } });
    assert.equal(await (await download(at)).text(), 'one\ntwo\nthree\n');
    assert.equal((await download(at.replace(path, '../x'))).status, 400);
    assert.equal((await download(at.replace(path, 'none.py'))).status, 404);
    assert.equal((await download(at.replace(oldest ?? '', 'main'))).status, 400);
    assert.equal((await download(at.replace(oldest ?? '', 'f'.repeat(40)))).status, 404);
    assert.equal((await download(at.replace(projectId, 'none'))).status, 404);
  });

  it('refuses by field what it cannot answer', async () => {
    const noRun = { kind: 'run', runId: 'none' } as const;
    const head = { kind: 'commit', commit: tree.git('rev-parse', 'main') } as const;
    assert.equal(await refused(blame(noRun)), 'not-found');
    assert.equal(await refused(blame({ kind: 'commit', commit: 'f'.repeat(40) })), 'not-found');
    assert.equal(await refused(blame(head, 'none.py')), 'not-found');
    assert.equal(await refused(blame(head, 'logo.bin')), 'invalid-input');
    assert.equal(await refused(blame({ kind: 'text', text: 'a\0b' })), 'invalid-input');
    assert.equal(await refused(blame({ kind: 'text', text: '\n'.repeat(20_001) })), 'too-large');
    for (const bad of ['', '/etc/passwd', '../x', 'a\\b', 'a\0b']) {
      assert.equal(await refused(blame({ kind: 'text', text: 'a' }, bad)), 'invalid-input', bad);
    }
    assert.equal(await refused(blame({ kind: 'text', text: 'a'.repeat(300_001) })), 'invalid-input');
    assert.equal(await refused(blame({ kind: 'commit', commit: 'main' })), 'invalid-input');
    const none = { projectId, commit: 'f'.repeat(40) };
    assert.equal(await refused(admin.api.code.files(none)), 'not-found');
    assert.equal(await refused(admin.api.code.commits({ projectId, from: none.commit })), 'not-found');
    assert.equal(await refused(admin.api.code.commits({ projectId, limit: 501 })), 'invalid-input');
    const run = (await admin.api.runs.list({ projectId })).items[0];
    const elsewhere = admin.api.code.blame({ projectId: 'other', path, of: { kind: 'run', runId: run?.id ?? '' } });
    assert.equal(await refused(elsewhere), 'not-found');
    assert.equal(await refused(visitor.api.code.blame({ projectId, path, of: head })), 'not-found');
  });

  it('keeps a run that was deleted as the first, and says that it is', async () => {
    const { items } = await admin.api.runs.list({ projectId });
    const runId = items.find(({ name }) => name === 'first')?.id ?? '';
    for (;;) {
      if ((await refused(admin.api.runs.delete({ runId }))) === 'nothing') break;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const { runs } = await blame({ kind: 'text', text: 'one\n' });
    assert.deepEqual([runs[0]?.name, runs[0]?.deleted], ['first', true]);
  });

  it('ends when its caller goes', async () => {
    const gone = AbortSignal.abort();
    const asked = admin.api.code.blame({ projectId, path, of: { kind: 'text', text: 'one' } }, { signal: gone });
    await assert.rejects(asked);
    assert.deepEqual(told(await blame({ kind: 'text', text: 'two' })), ['first']);
  });
});
