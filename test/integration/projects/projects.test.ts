/** Projects through the real server: two leads at once, who sees what, copies with their code, protected branches. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openClient, type TestClient } from '../../harness/client.ts';
import { reasonOf } from '../../harness/entrance.ts';
import { projectWithCode } from '../../harness/projectWithCode.ts';
import { pushFiles } from '../../harness/pushFiles.ts';
import { startServer, type TestServer } from '../../harness/server.ts';
import { WorkTree } from '../../unit/client/workTree.ts';
import { ok, run } from '../git/gitBinary.ts';

const template = `description: A classifier of tables
parameters:
  - name: target
    description: The column to predict
    default: species
  - name: model
    choices: [forest, linear]
    default: forest
`;

describe('projects on a server', () => {
  const owned = new AsyncDisposableStack();
  let server: TestServer;
  let api: TestClient;
  let ada: TestClient;
  let adaToken: string;
  let visitor: TestClient;

  before(async () => {
    server = owned.use(await startServer());
    ({ api } = owned.use(await openClient(server)));
    const join = async (id: string) => {
      await api.session.createUser({ id, name: id.toUpperCase() });
      const { secret } = await api.session.createToken({ name: 'test', userId: id });
      return { client: owned.use(await openClient({ url: server.url, token: secret })).api, secret };
    };
    ({ client: ada, secret: adaToken } = await join('ada'));
    ({ client: visitor } = await join('visitor'));
    await api.projects.create({ id: 'iris', name: 'Iris', description: 'Which flower is it?' });
    await api.projects.setMember({ projectId: 'iris', userId: 'ada', role: 'owner' });
  });
  after(() => owned.disposeAsync());

  const refused = (work: Promise<unknown>) => work.then(() => 'nothing', reasonOf);
  const address = (project: string, secret: string) =>
    `${server.url.replace('http://', `http://user:${secret}@`)}/git/${project}.git`;

  it('tell the second of two leads who moved the project first, and lose nothing of the other fields', async () => {
    const { version } = await api.projects.get({ projectId: 'iris' });
    const move = { projectId: 'iris', expectedVersion: version };
    const moves = await Promise.allSettled([
      api.projects.update({ ...move, stage: 'validation', stageReason: 'it holds' }),
      ada.projects.update({ ...move, stage: 'retired', stageReason: 'nobody needs it' }),
    ]);
    assert.deepEqual(moves.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
    const lost = moves.find((one) => one.status === 'rejected');
    assert.equal(reasonOf(lost?.reason), 'conflict');
    assert.match(String(lost?.reason.message), /changed stage from exploration to (validation|retired) \(“/);
    const tagged = await ada.projects.update({ ...move, tags: ['flowers'] });
    assert.deepEqual(tagged.tags, ['flowers']);
    assert.ok(tagged.version > version);
  });

  it('keep goals and blockers with who changed them, and want a reason for closing', async () => {
    const goal = await ada.projects.saveGoal({ projectId: 'iris', title: 'Accuracy above 0.95', progress: 40 });
    await api.projects.saveGoal({ projectId: 'iris', goalId: goal.id, progress: 60, expectedVersion: goal.version });
    const stale = { projectId: 'iris', goalId: goal.id, progress: 50, expectedVersion: goal.version };
    await assert.rejects(ada.projects.saveGoal(stale), /Administrator changed goal Accuracy above 0.95/);
    const blocker = await ada.projects.saveBlocker({ projectId: 'iris', text: 'No labels', waitingFor: 'the lab' });
    const closing = { projectId: 'iris', blockerId: blocker.id, closed: true };
    assert.equal(await refused(ada.projects.saveBlocker(closing)), 'invalid-input');
    const closed = await ada.projects.saveBlocker({ ...closing, reason: 'They came' });
    assert.deepEqual([closed.closedBy?.id, closed.resolution], ['ada', 'They came']);
    await ada.projects.saveBlocker({ projectId: 'iris', blockerId: blocker.id, closed: false, reason: 'Half of them' });
    await ada.projects.saveGoal({ projectId: 'iris', goalId: goal.id, removed: true });
    const { goals, blockers } = await ada.projects.overview({ projectId: 'iris' });
    assert.deepEqual([goals.length, blockers[0]?.closedAt], [0, null]);
    const feed = await api.events.list({ projectId: 'iris', kinds: ['project'], actorId: 'ada', limit: 3 });
    assert.deepEqual(
      feed.map(({ type, detail }) => [type, detail.what]),
      [
        ['project.goal-changed', 'removed'],
        ['project.blocker-changed', 'reopened'],
        ['project.blocker-changed', 'closed'],
      ],
    );
  });

  it('are seen by outsiders as far as their visibility goes, at once', async () => {
    const seen = async () => (await visitor.projects.list({})).map(({ id }) => id);
    const hints = async () => (await visitor.projects.portfolio({ from: 0 })).discoverable;
    assert.deepEqual([await seen(), await hints()], [[], []]);
    await api.projects.update({ projectId: 'iris', visibility: 'discoverable' });
    assert.deepEqual(await seen(), []);
    assert.deepEqual(await hints(), [{ id: 'iris', name: 'Iris', purpose: 'Which flower is it?' }]);
    assert.equal(await refused(visitor.projects.get({ projectId: 'iris' })), 'not-found');
    await api.projects.update({ projectId: 'iris', visibility: 'internal' });
    assert.deepEqual([await seen(), await hints()], [['iris'], []]);
    assert.equal((await visitor.projects.get({ projectId: 'iris' })).role, 'viewer');
    assert.equal(await refused(visitor.projects.saveGoal({ projectId: 'iris', title: 'Mine' })), 'role-missing');
    await api.projects.update({ projectId: 'iris', visibility: 'private' });
    assert.equal(await refused(visitor.projects.overview({ projectId: 'iris' })), 'not-found');
  });

  it('start from the code of a run, and keep what the project has by now', async () => {
    const code = await projectWithCode({ ...server, api }, { id: 'grown', files: { 'train.py': 'print(1)\n' } });
    const settings = { command: 'true', environmentId: 'system', tierId: 'small', code, name: 'the good one' };
    const { id: runId } = await api.runs.launch({ projectId: 'grown', ...settings });
    await pushFiles({ server, project: 'grown', files: { 'train.py': 'print(2)\n' } });
    const from = { projectId: 'grown', kind: 'fork', runId } as const;
    const made = await api.projects.createFrom({ ...from, id: 'regrown' });
    assert.deepEqual(made.origin?.run, { id: runId, name: 'the good one' });
    assert.equal(made.origin?.commit, code.commit);
    using tree = new WorkTree();
    const clone = join(tree.beside, 'clone');
    await ok(tree.beside, 'clone', '-q', address('regrown', server.token), clone);
    assert.equal((await ok(clone, 'rev-parse', 'HEAD')).trim(), code.commit);
    assert.equal(await ok(clone, 'show', 'origin/upstream:train.py'), 'print(2)');
    assert.equal(await refused(api.projects.createFrom({ ...from, id: 'other', runId: 'nobody' })), 'not-found');
    assert.equal(await refused(api.projects.createFrom({ ...from, id: 'other', projectId: 'iris' })), 'not-found');
  });

  it('fork with their history, and hide where from to those who may not see it', async () => {
    using tree = new WorkTree().init();
    tree.write({ 'README.md': '# Iris', 'train.py': 'print(1)' }).commit();
    tree.write({ 'train.py': 'print(2)' }).commit();
    tree.git('tag', 'v1');
    await ok(tree.folder, 'push', '-q', '--tags', address('iris', server.token), 'main');
    const fork = await ada.projects.createFrom({ projectId: 'iris', kind: 'fork', id: 'iris-two' });
    assert.deepEqual([fork.origin?.projectId, fork.origin?.name], ['iris', 'Iris']);
    const clone = join(tree.beside, 'clone');
    await ok(tree.beside, 'clone', '-q', address('iris-two', adaToken), clone);
    assert.equal(await ok(clone, 'rev-parse', 'HEAD', 'v1'), tree.git('rev-parse', 'HEAD', 'v1'));
    assert.equal((await ada.projects.readme({ projectId: 'iris-two' }))?.text, '# Iris');
    await ada.projects.setMember({ projectId: 'iris-two', userId: 'visitor', role: 'viewer' });
    const seen = await visitor.projects.get({ projectId: 'iris-two' });
    assert.deepEqual(seen.origin && { ...seen.origin, at: 0 }, {
      kind: 'fork',
      projectId: null,
      name: null,
      commit: null,
      run: null,
      at: 0,
    });
    assert.equal(
      await refused(visitor.projects.createFrom({ projectId: 'iris', kind: 'fork', id: 'mine' })),
      'not-found',
    );
    const [created] = (await visitor.events.list({ projectId: 'iris-two' })).filter(
      ({ type }) => type === 'project.created',
    );
    assert.doesNotMatch(JSON.stringify(created), /"iris"/);
    assert.equal(
      await refused(ada.projects.createFrom({ projectId: 'iris', kind: 'fork', id: 'iris-two' })),
      'already-exists',
    );
  });

  it('start from a template with parameters filled in, and say which one is wrong', async () => {
    await api.projects.create({ id: 'table', name: 'Table template' });
    const files = {
      'flywheel-template.yaml': template,
      '{{ model }}.py': 'target = "{{target}}"\nother = "{{ unknown }}"\n',
      'README.md': '# Predict {{ target }}',
    };
    await pushFiles({ server, project: 'table', files });
    const from = { projectId: 'table', kind: 'template', id: 'wine' } as const;
    assert.equal(await refused(api.projects.createFrom(from)), 'wrong-state');
    await api.projects.update({ projectId: 'table', template: true });
    const asked = await api.projects.template({ projectId: 'table' });
    assert.deepEqual(
      asked.parameters.map(({ name }) => name),
      ['target', 'model'],
    );
    const wrong = { ...from, parameters: { model: 'magic' } };
    await assert.rejects(api.projects.createFrom(wrong), /model must be one of forest, linear/);
    const made = await api.projects.createFrom({ ...from, parameters: { target: '$& colour', model: 'linear' } });
    assert.equal(made.origin?.kind, 'template');
    using tree = new WorkTree();
    const clone = join(tree.beside, 'wine');
    await ok(tree.beside, 'clone', '-q', address('wine', server.token), clone);
    assert.deepEqual((await ok(clone, 'ls-files')).split('\n'), ['README.md', 'linear.py']);
    assert.equal(await ok(clone, 'show', 'HEAD:linear.py'), 'target = "$& colour"\nother = "{{ unknown }}"');
    await ok(clone, 'fsck', '--strict');
  });

  it('start from the template that is among the examples, as code that Python takes', async () => {
    const folder = join(import.meta.dirname, '../../../examples/template-table');
    const names = await readdir(folder);
    const files = Object.fromEntries(
      await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), 'utf8')] as const)),
    );
    await api.projects.create({ id: 'starter' });
    await pushFiles({ server, project: 'starter', files });
    await api.projects.update({ projectId: 'starter', template: true });
    const parameters = { title: 'Yield of a plant', target: 'yield', task: 'regression' };
    await api.projects.createFrom({ projectId: 'starter', kind: 'template', id: 'yield', parameters });
    using tree = new WorkTree();
    const clone = join(tree.beside, 'yield');
    await ok(tree.beside, 'clone', '-q', address('yield', server.token), clone);
    for (const name of await readdir(clone)) {
      if (name !== '.git') assert.doesNotMatch(await readFile(join(clone, name), 'utf8'), /\{\{/, name);
    }
    const compile = spawnSync('python3', ['-m', 'py_compile', 'train.py'], { cwd: clone, encoding: 'utf8' });
    assert.equal(compile.status, 0, compile.stderr);
  });

  it('refuse pushes to protected branches in words that git shows', async () => {
    await ada.projects.create({ id: 'guarded' });
    await ada.projects.setMember({ projectId: 'guarded', userId: 'visitor', role: 'contributor' });
    const { secret } = await api.session.createToken({ name: 'push', userId: 'visitor' });
    using tree = new WorkTree().init();
    tree.write({ 'a.txt': '1' }).commit();
    await ok(tree.folder, 'push', '-q', address('guarded', adaToken), 'main');
    const [main] = await ada.projects.protectBranch({ projectId: 'guarded', branch: 'main', protected: true });
    assert.deepEqual([main?.name, main?.isDefault, main?.isProtected], ['main', true, true]);
    tree.write({ 'a.txt': '2' }).commit();
    const push = (secretOf: string, ...args: string[]) =>
      run(tree.folder, 'push', address('guarded', secretOf), ...args);
    assert.match((await push(secret, 'main')).out, /protected branch: push another one and ask an owner of guarded/);
    await ok(tree.folder, 'push', '-q', address('guarded', secret), 'main:work');
    await ok(tree.folder, 'push', '-q', address('guarded', adaToken), 'main');
    tree.git('commit', '-q', '--amend', '-m', 'rewritten');
    assert.match(
      (await push(adaToken, '--force', 'main')).out,
      /protected branch: a push must not rewrite its history/,
    );
    assert.match((await push(adaToken, ':main')).out, /protected branch: main must not be deleted/);
    await ada.projects.protectBranch({ projectId: 'guarded', branch: 'main', protected: false });
    await ok(tree.folder, 'push', '-q', '--force', address('guarded', adaToken), 'main');
  });

  it('say where data belongs that Git LFS would keep', async () => {
    using tree = new WorkTree().init();
    const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 5\n`;
    tree.write({ 'data.bin': pointer }).commit();
    const pushed = await run(tree.folder, 'push', address('guarded', adaToken), 'main:lfs');
    assert.equal(pushed.code, 0, pushed.out);
    assert.match(pushed.out, /1 of these files only point to data of Git LFS\. Flywheel keeps no Git LFS files/);
    const asked = await fetch(`${server.url}/git/guarded.git/info/lfs/objects/batch`, { method: 'POST', body: '{}' });
    assert.equal(asked.status, 501);
    assert.match(((await asked.json()) as { message: string }).message, /as a dataset of a run/);
  });

  it('are deleted by name once nothing runs, exist for nobody then, and come back whole', async () => {
    await ada.projects.create({ id: 'brief', name: 'Brief one' });
    await ada.projects.setMember({ projectId: 'brief', userId: 'visitor', role: 'viewer' });
    const { experimentId } = await ada.projects.get({ projectId: 'brief' });
    assert.equal(await refused(ada.projects.delete({ projectId: 'brief', confirm: 'brie' })), 'invalid-input');
    const deleted = await ada.projects.delete({ projectId: 'brief', confirm: 'Brief one' });
    assert.equal(deleted.restorableUntil - deleted.deletedAt, 30 * 86_400_000);
    for (const client of [ada, visitor, api]) {
      assert.equal(await refused(client.projects.get({ projectId: 'brief' })), 'not-found');
      assert.equal(await refused(client.experiments.get({ experimentId })), 'not-found');
      assert.ok((await client.projects.list({ archived: true })).every(({ id }) => id !== 'brief'));
      const { projects } = await client.projects.portfolio({ from: 0 });
      assert.ok(projects.every(({ id }) => id !== 'brief'));
      assert.ok((await client.experiments.list({})).every(({ projectId }) => projectId !== 'brief'));
    }
    assert.equal(await refused(ada.projects.create({ id: 'brief' })), 'already-exists');
    assert.deepEqual(await visitor.projects.deleted(), []);
    assert.equal(await refused(visitor.projects.restore({ projectId: 'brief' })), 'not-found');
    assert.deepEqual(
      (await ada.projects.deleted()).map(({ id }) => id),
      ['brief'],
    );
    assert.equal((await ada.projects.restore({ projectId: 'brief' })).name, 'Brief one');
    assert.equal((await visitor.projects.get({ projectId: 'brief' })).role, 'viewer');
    assert.equal(await refused(api.projects.delete({ projectId: 'default', confirm: 'default' })), 'wrong-state');
  });

  it('name what depends on them before they are deleted', async () => {
    const { forks, otherForks, members, runs } = await visitor.projects.dependents({ projectId: 'iris-two' });
    assert.deepEqual([forks, otherForks, members, runs], [[], 0, 2, 0]);
    const seen = await ada.projects.dependents({ projectId: 'iris' });
    assert.deepEqual(
      seen.forks.map(({ id }) => id),
      ['iris-two'],
    );
  });

  it('change hands, and their new owner has the role', async () => {
    const project = await ada.projects.transfer({ projectId: 'guarded', userId: 'visitor' });
    assert.equal(project.owner.id, 'visitor');
    const members = await visitor.projects.members({ projectId: 'guarded' });
    assert.deepEqual(
      members.map(({ user, role }) => [user.id, role]),
      [
        ['ada', 'owner'],
        ['visitor', 'owner'],
      ],
    );
    assert.equal(await refused(ada.projects.transfer({ projectId: 'guarded', userId: 'nobody' })), 'not-found');
  });
});
