/** Workspaces on a real server with the process backend: from the wish to the tool, and back to the saved folder. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
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
  });
});
