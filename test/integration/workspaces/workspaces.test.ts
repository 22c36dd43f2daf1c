/** Workspaces on a real server with the process backend: from the wish to the tool, and back to the saved folder. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ask, enter, untilState, type World, wanted, workspaceWorld } from './workspaceWorld.ts';

describe('a workspace', function () {
  this.timeout(180_000);
  let world: World;
  before(async () => {
    world = await workspaceWorld();
  });
  after(() => world[Symbol.asyncDispose]());

  const git = (...args: readonly string[]) =>
    promisify(execFile)('git', ['--git-dir', join(world.server.data, 'repos/iris.git'), ...args]);

  it('is made, answers through the proxy with the code in its folder, and is saved when it stops', async () => {
    const { ada } = world;
    const { id, state } = await ada.api.workspaces.create({ ...wanted, commit: world.commit });
    assert.equal(state, 'starting');
    await untilState(ada.api, id, 'ready');
    const { origin, path, cookie } = await enter(ada.api, id);
    const told = JSON.parse((await ask(origin, `${path}echo?a=1`, { headers: { cookie: `${cookie}; other=2` } })).text);
    assert.equal(told.url, '/echo?a=1');
    assert.equal(told.headers.cookie, 'other=2');
    assert.equal(told.env.FLYWHEEL_URL, world.server.url);
    assert.equal((await ask(origin, `${path}write`, { headers: { cookie } })).text, 'written');
    await ada.api.workspaces.stop({ workspaceId: id });
    const stopped = await untilState(ada.api, id, 'stopped');
    assert.ok(stopped.savedCommit);
    assert.equal(stopped.saveProblem, null);
    const { stdout } = await git('ls-tree', '-r', '--name-only', `refs/workspaces/${id}`);
    assert.deepEqual(stdout.trim().split('\n'), ['folder/data.csv', 'note.txt', 'train.py']);
    assert.ok(stopped.seconds > 0);
    const spending = await ada.api.costs.spending({ edges: [0, Date.now() + 60_000], by: 'person' });
    assert.equal(spending.spenders[0]?.name, 'ada');
    assert.ok((spending.spenders[0]?.periods[0]?.cost ?? 0) > 0);
  });

  it('has its folder again on another tier, and from its last save where the folder is lost', async () => {
    const { ada } = world;
    const { id } = await ada.api.workspaces.create({ ...wanted, commit: world.commit });
    const write = async () => {
      await untilState(ada.api, id, 'ready');
      const { origin, path, cookie } = await enter(ada.api, id);
      return ask(origin, `${path}write`, { headers: { cookie } });
    };
    assert.equal((await write()).status, 200);
    await ada.api.workspaces.stop({ workspaceId: id });
    const { savedCommit } = await untilState(ada.api, id, 'stopped');
    await rm(join(world.server.data, 'workspaces', id), { recursive: true });
    await ada.api.workspaces.start({ workspaceId: id, tierId: 'standard' });
    assert.equal((await untilState(ada.api, id, 'ready')).tierId, 'standard');
    const work = join(world.server.data, 'workspaces', id, 'work');
    assert.equal(await readFile(join(work, 'note.txt'), 'utf8'), 'kept\n');
    await ada.api.workspaces.stop({ workspaceId: id });
    assert.equal((await untilState(ada.api, id, 'stopped')).savedCommit, savedCommit);
    await ada.api.workspaces.delete({ workspaceId: id });
    await assert.rejects(ada.api.workspaces.get({ workspaceId: id }), { code: 'NOT_FOUND' });
    await assert.rejects(readFile(join(work, 'note.txt')), { code: 'ENOENT' });
  });

  it('opens a run that failed, with its code, environment, tier and arguments', async () => {
    const { ada } = world;
    const code = { commit: world.commit, base: null, branch: null, dirty: false, folder: '' };
    const launched = { projectId: 'iris', environmentId: 'tools', tierId: 'small', code, parameters: { rate: '0 1' } };
    const { id: runId } = await ada.api.runs.launch({ ...launched, command: 'python train.py --deep' });
    const { id, tierId, fromRunId } = await ada.api.workspaces.debugRun({ runId, tool: 'echo' });
    assert.deepEqual([tierId, fromRunId], ['small', runId]);
    await untilState(ada.api, id, 'ready');
    const text = await readFile(join(world.server.data, 'workspaces', id, 'work/.vscode/launch.json'), 'utf8');
    const [configuration] = JSON.parse(text).configurations;
    assert.match(configuration.program, /^\$\{workspaceFolder\}\/train\.py$/);
    assert.deepEqual(configuration.args, ['--deep', '--rate', '0 1']);
    await ada.api.workspaces.stop({ workspaceId: id });
    await untilState(ada.api, id, 'stopped');
  });

  it('keeps packages that are installed in it to itself, and makes a revision with them', async () => {
    const { admin, server } = world;
    const { id } = await admin.api.workspaces.create(wanted);
    await untilState(admin.api, id, 'ready');
    const own = join(server.data, 'workspaces', id, 'home/venv/bin');
    await assert.rejects(admin.api.workspaces.snapshot({ workspaceId: id }), /No packages were installed/);
    await promisify(execFile)(join(own, 'pip'), ['install', '--quiet', 'packaging==24.0']);
    // It sees those of its environment, whose build is as it was.
    await promisify(execFile)(join(own, 'python'), ['-c', 'import six, packaging']);
    const { revision, definition } = await admin.api.workspaces.snapshot({ workspaceId: id });
    assert.equal(revision, 2);
    assert.equal(definition.kind === 'container' && definition.requirements, 'six==1.17.0\npackaging==24.0');
    await admin.api.workspaces.stop({ workspaceId: id });
    await untilState(admin.api, id, 'stopped');
  });

  it('refuses what cannot work, before anything is made', async () => {
    const { ada } = world;
    const refused = async (change: Partial<typeof wanted>) =>
      ada.api.workspaces.create({ ...wanted, ...change }).then(
        () => 'made',
        (error: { readonly data?: { readonly field?: string } }) => error.data?.field,
      );
    assert.equal(await refused({ tool: 'rstudio' }), 'tool');
    assert.equal(await refused({ tierId: 'none' }), 'tierId');
    assert.equal(await refused({ environmentId: 'none' }), 'environmentId');
    assert.equal(await refused({ commit: '0'.repeat(40) }), 'commit');
  });
});
