/** Workspaces in containers on two real engines: made, reached, kept, killed with their engine, and moved. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Workspace } from '../../../protocol/model/workspace.ts';
import { openClient, type TestClient } from '../../harness/client.ts';
import { type DockerEngine, dockerEngine, type EngineOptions } from '../../harness/dockerEngine.ts';
import { projectWithCode } from '../../harness/projectWithCode.ts';
import { skip } from '../../harness/reporter.ts';
import { dataFolder, startServer, type TestServer } from '../../harness/server.ts';
import { ask, enter, untilState, untilWorkspace } from '../workspaces/workspaceWorld.ts';

type Told = {
  readonly began: number;
  readonly files: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
};

const size = { cpus: 1, memoryMiB: 256, concurrency: 4, backend: 'docker' };
const tools = [
  { name: 'echo', command: 'python3 tool.py' },
  { name: 'lacking', command: 'rstudio-server || { echo "RStudio is not in this image: install it."; exit 4; }' },
];

async function until(isSo: () => Promise<boolean>, what: string): Promise<void> {
  for (const deadline = Date.now() + 30_000; !(await isSo()); ) {
    assert.ok(Date.now() < deadline, `never: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

describe('workspaces on Docker hosts', function () {
  this.timeout(240_000);
  const owned = new AsyncDisposableStack();
  let near: DockerEngine;
  let far: DockerEngine;
  let server: TestServer;
  let api: TestClient;
  let other: TestClient;
  let commit: string;
  let id: string;

  const engine = async (context: Mocha.Context, options: EngineOptions) => {
    const made = await dockerEngine(options);
    if (typeof made === 'string') return skip(context, made);
    owned.use(made);
    const problem = await made.load('python');
    if (problem !== null) skip(context, problem);
    return made;
  };

  before(async function () {
    [near, far] = [await engine(this, { liveRestore: true }), await engine(this, {})];
    const data = owned.use(await dataFolder()).path;
    const hosts = Object.entries({ near, far }).map(([name, { socket }]) => ({
      ...{ id: name, name, labels: { at: name }, image: 'flywheel-test/python' },
      connection: { kind: 'local', socket },
    }));
    const tiers = [
      { id: 'near', name: 'Near', hostLabels: { at: 'near' }, ...size },
      { id: 'closed', name: 'Closed', hostLabels: { at: 'near' }, ...size, internet: false },
      { id: 'far', name: 'Far', hostLabels: { at: 'far' }, ...size },
      { id: 'any', name: 'Any', ...size },
    ];
    const catalog = { hosts, tiers, defaults: { tierId: 'near', environmentId: 'system', stopGraceSeconds: 1 } };
    await writeFile(join(data, 'catalog.json'), JSON.stringify(catalog));
    server = owned.use(await startServer({ data }));
    ({ api } = owned.use(await openClient(server)));
    const tool = await readFile(join(import.meta.dirname, '../../fixtures/tools/echoTool.py'), 'utf8');
    const files = { 'tool.py': tool, '.gitignore': '*.bin\n' };
    ({ commit } = await projectWithCode({ ...server, api }, { id: 'iris', files }));
    const devcontainer = JSON.stringify({ image: 'flywheel-test/python', customizations: { flywheel: { tools } } });
    await api.environments.create({ id: 'tools', definition: { kind: 'container', devcontainer } });
    await api.session.createUser({ id: 'ben', name: 'ben' });
    await api.projects.setMember({ projectId: 'iris', userId: 'ben', role: 'contributor' });
    const { secret } = await api.session.createToken({ name: 'test', userId: 'ben', expiresInDays: null });
    ({ api: other } = owned.use(await openClient({ url: server.url, token: secret })));
  });
  after(() => owned.disposeAsync());

  const create = (tierId: string, tool = 'echo') =>
    api.workspaces.create({ projectId: 'iris', tool, environmentId: 'tools', tierId, commit, idleMinutes: 60 });
  const page = async (path: string) => {
    const { origin, path: base, cookie } = await enter(api, id);
    return ask(origin, `${base}${path}`, { headers: { cookie } });
  };
  /** What the proxy knew of the start before counts for two seconds. */
  const told = async (path: string): Promise<Told> => {
    let text = '';
    await until(async () => {
      const answered = await page(path);
      ({ text } = answered);
      return answered.status === 200;
    }, `${path} is answered`);
    return JSON.parse(text);
  };
  const stopped = async (): Promise<Workspace> => {
    await api.workspaces.stop({ workspaceId: id });
    return untilState(api, id, 'stopped');
  };
  const volumesOf = async ({ docker }: DockerEngine) => {
    const { Volumes } = await docker.listVolumes();
    return (Volumes ?? []).map(({ Name }) => Name).filter((name) => name.endsWith(id));
  };
  const saved = async () => {
    const args = ['--git-dir', join(server.data, 'repos/iris.git'), 'ls-tree', '--name-only', `refs/workspaces/${id}`];
    return (await promisify(execFile)('git', args)).stdout.trim().split('\n');
  };

  it('answer through the proxy with the code in their folder, for their owner alone, and publish no port', async () => {
    ({ id } = await create('near'));
    await untilState(api, id, 'ready');
    const { env, files, headers } = await told('write/note.txt?a=1');
    assert.deepEqual(files, ['.gitignore', 'note.txt', 'tool.py']);
    assert.equal(headers['cookie'], undefined);
    assert.match(env['FLYWHEEL_URL'] ?? '', /^http:\/\/flywheel\.internal:\d+$/);
    assert.deepEqual([env['FLYWHEEL_HOME'], env['HOME']], ['/workspace/home', '/workspace/home']);
    const [container] = await near.docker.listContainers();
    assert.deepEqual(container?.Ports, []);
    const shown = JSON.stringify(await near.docker.getContainer(container?.Id ?? '').inspect());
    assert.equal(shown.includes(env['FLYWHEEL_TOKEN'] ?? 'none'), false);
    // Somebody of the same project is told that there is no such workspace, and of one that is not there the same.
    await assert.rejects(other.workspaces.address({ workspaceId: id }), { code: 'NOT_FOUND' });
    const { origin, path } = await enter(api, id);
    const { secret } = await other.session.createToken({ name: 'own', expiresInDays: 1 });
    const authorization = `Bearer ${secret}`;
    const hidden = await ask(origin, `${path}echo`, { headers: { authorization } });
    const none = await ask(origin, '/workspaces/0000000000000000/echo', { headers: { authorization } });
    assert.deepEqual([hidden.status, hidden.text], [404, none.text]);
    await using inside = await openClient({ url: server.url, token: env['FLYWHEEL_TOKEN'] ?? '' });
    assert.equal((await inside.api.projects.get({ projectId: 'iris' })).id, 'iris');
  });

  it('are saved at a stop, and have their whole folder again on another tier of the host', async () => {
    await told('write/data.bin');
    const { savedCommit, saveProblem, seconds } = await stopped();
    assert.ok(savedCommit);
    assert.deepEqual([saveProblem, seconds > 0], [null, true]);
    assert.deepEqual(await saved(), ['.gitignore', 'note.txt', 'tool.py']);
    await until(async () => (await near.docker.listContainers({ all: true })).length === 0, 'its container goes');
    await api.workspaces.start({ workspaceId: id, tierId: 'closed' });
    await untilState(api, id, 'ready');
    assert.deepEqual((await told('echo')).files, ['.gitignore', 'data.bin', 'note.txt', 'tool.py']);
  });

  it('go on when their engine is killed and comes back, and say so in between', async () => {
    const { began } = await told('echo');
    await near.kill();
    const away = await page('echo');
    assert.ok([502, 503].includes(away.status), `${away.status}`);
    await api.workspaces.save({ workspaceId: id });
    const unsaved = await api.workspaces.get({ workspaceId: id });
    assert.deepEqual(
      [unsaved.state, /not.*answer/.test(unsaved.saveProblem ?? '')],
      ['ready', true],
      unsaved.saveProblem ?? '',
    );
    await near.start();
    // The same process.
    assert.equal((await told('write/after.txt')).began, began);
    await api.workspaces.save({ workspaceId: id });
    assert.equal((await api.workspaces.get({ workspaceId: id })).saveProblem, null);
    assert.ok((await saved()).includes('after.txt'));
    // Asked to stop while nobody can tell it.
    await near.kill();
    await api.workspaces.stop({ workspaceId: id });
    await untilWorkspace(api, id, ({ state }) => state === 'stopping');
    await near.start();
    await untilState(api, id, 'stopped');
  });

  it('wait for the host that has their folder, and take it along where they can no longer run there', async () => {
    await near.kill();
    await api.workspaces.start({ workspaceId: id, tierId: 'any' });
    await untilWorkspace(api, id, ({ detail }) => /folder is on near: .*not answer/i.test(detail ?? ''));
    await stopped();
    await near.start();
    await api.workspaces.start({ workspaceId: id, tierId: 'far' });
    await untilState(api, id, 'ready');
    assert.deepEqual((await told('echo')).files, ['.gitignore', 'after.txt', 'data.bin', 'note.txt', 'tool.py']);
    assert.deepEqual([(await volumesOf(near)).length, (await volumesOf(far)).length], [0, 1]);
  });

  it('fail with the reason when their engine takes them along, and keep their folder', async () => {
    await far.kill();
    await far.start();
    const failed = await untilState(api, id, 'failed');
    assert.match(failed.detail ?? '', /live-restore/);
    await api.workspaces.start({ workspaceId: id });
    await untilState(api, id, 'ready');
    assert.ok((await told('echo')).files.includes('data.bin'));
    await stopped();
    await api.workspaces.delete({ workspaceId: id });
    assert.deepEqual(await volumesOf(far), []);
  });

  it('say which tool the image lacks', async () => {
    const { id: lacking } = await create('near', 'lacking');
    assert.match((await untilState(api, lacking, 'failed')).detail ?? '', /RStudio is not in this image: install it/);
    const { id: editor } = await create('near', 'vscode');
    const { detail } = await untilState(api, editor, 'failed');
    assert.match(detail ?? '', /VS Code.*code-server.*image/);
  });
});
