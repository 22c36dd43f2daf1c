import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { prepareLaunch } from '../../../client/snapshot/prepareLaunch.ts';
import { WorkTree } from '../../unit/client/workTree.ts';
import { fsck, history } from './gitBinary.ts';
import { GitServer } from './gitServer.ts';

describe('prepareLaunch', () => {
  it('pushes a snapshot that the server can give out, and only what is new the next time', async () => {
    await using server = await GitServer.start();
    using tree = history(new WorkTree(), 20);
    tree.write({ 'untracked.csv': randomBytes(2 ** 20).toString('hex') });
    mkdirSync(join(tree.folder, 'links'));
    symlinkSync('../long.txt', join(tree.folder, 'links/l.txt'));
    const launch = { folder: tree.folder, projectId: 'demo', url: server.url, token: 'contributor' };
    const steps: string[] = [];
    const code = await prepareLaunch({ ...launch, onStep: (text) => steps.push(text) });
    assert.ok(await server.store.hasCommit('demo', code.commit));
    await fsck(server);
    const entries = [];
    for await (const entry of server.store.entries('demo', code.commit)) entries.push(entry);
    assert.equal(entries.find((entry) => entry.path === 'links/l.txt')?.kind, 'link');
    assert.match(steps.at(-1) ?? '', /Sending \d+ objects \(1\.\d MiB\)/);
    tree.write({ 'small.py': 's' });
    await prepareLaunch({ ...launch, onStep: (text) => steps.push(text) });
    assert.match(steps.at(-1) ?? '', /Sending [1-9] objects \(0\.0 MiB\)/);
    const again = steps.length;
    await prepareLaunch({ ...launch, onStep: (text) => steps.push(text) });
    assert.doesNotMatch(steps.slice(again).join('\n'), /Sending/);
    const changes = await server.store.files('demo', code.commit, code.base);
    assert.deepEqual(
      changes.filter((file) => file.change !== 'same').map((file) => file.path),
      ['links/l.txt', 'untracked.csv'],
    );
  });

  it('pushes a folder that is no repository', async () => {
    await using server = await GitServer.start();
    using tree = new WorkTree().write({ 'a.py': 'print(1)' });
    const code = await prepareLaunch({ folder: tree.folder, projectId: 'demo', url: server.url, token: 'contributor' });
    assert.equal(Buffer.from((await server.store.file('demo', code.commit, 'a.py')) ?? []).toString(), 'print(1)');
  });

  it('says what is wrong with the token, the role, the project and the address', async () => {
    await using server = await GitServer.start();
    using tree = new WorkTree().write({ 'a.py': '' });
    const launch = { folder: tree.folder, projectId: 'demo', url: server.url, token: 'contributor' };
    await assert.rejects(prepareLaunch({ ...launch, token: 'wrong' }), { reason: 'token-unknown' });
    await assert.rejects(prepareLaunch({ ...launch, token: 'viewer' }), { reason: 'role-missing' });
    await assert.rejects(prepareLaunch({ ...launch, projectId: 'nope' }), { reason: 'not-found' });
    await assert.rejects(prepareLaunch({ ...launch, url: 'http://127.0.0.1:1' }), { reason: 'offline' });
    await assert.rejects(prepareLaunch({ ...launch, signal: AbortSignal.abort() }), { reason: 'cancelled' });
  });
});
