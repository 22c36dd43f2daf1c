import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import git from 'isomorphic-git';
import http from 'isomorphic-git/http/node';
import { WorkTree } from '../../unit/client/workTree.ts';
import { fsck, history, ok, run } from './gitBinary.ts';
import { GitServer } from './gitServer.ts';

describe('Git over HTTP with the git binary', () => {
  for (const version of ['0', '1', '2']) {
    it(`takes a push and gives a clone and a fetch, protocol ${version}`, async () => {
      await using server = await GitServer.start();
      using tree = history(new WorkTree(), 12);
      tree.git('config', 'protocol.version', version);
      const configured = ['-c', `protocol.version=${version}`];
      await ok(tree.folder, ...configured, 'push', '-q', '--follow-tags', server.address('contributor'), 'main');
      await fsck(server);
      const clone = join(tree.beside, 'clone');
      await ok(tree.beside, ...configured, 'clone', '-q', server.address('viewer'), clone);
      assert.equal(await ok(clone, 'rev-parse', 'HEAD', 'v1'), tree.git('rev-parse', 'HEAD', 'v1'));
      assert.equal(await ok(clone, 'symbolic-ref', 'HEAD'), 'refs/heads/main');
      tree.write({ 'new.txt': 'n' }).commit();
      await ok(tree.folder, ...configured, 'push', '-q', server.address('contributor'), 'main');
      await ok(clone, ...configured, 'pull', '-q');
      assert.equal(await ok(clone, 'rev-parse', 'HEAD'), tree.git('rev-parse', 'HEAD'));
      await ok(clone, 'fsck', '--strict');
      assert.equal(server.pushed.length, 2);
    });
  }

  it('takes a push of many objects as a pack', async () => {
    await using server = await GitServer.start();
    using tree = new WorkTree().init();
    for (let index = 0; index < 2_200; index += 1) tree.write({ [`d${index % 40}/${index}.txt`]: `file ${index}` });
    tree.commit();
    await ok(tree.folder, 'push', '-q', server.address('contributor'), 'main');
    assert.equal(
      readdirSync(join(server.repository, 'objects/pack')).filter((name) => name.endsWith('.pack')).length,
      1,
    );
    tree.write({ 'd1/1.txt': 'changed' }).commit();
    await ok(tree.folder, 'push', '-q', server.address('contributor'), 'main');
    await fsck(server);
    const clone = join(tree.beside, 'clone');
    await ok(tree.beside, 'clone', '-q', server.address('viewer'), clone);
    assert.equal(await ok(clone, 'status', '--porcelain'), '');
  });

  it('takes a large push that git sends in chunks, after its probe', async () => {
    await using server = await GitServer.start();
    using tree = new WorkTree().init();
    writeFileSync(join(tree.folder, 'noise.bin'), randomBytes(3 * 2 ** 20));
    tree.commit();
    await ok(tree.folder, '-c', 'http.postBuffer=65536', 'push', '-q', server.address('contributor'), 'main');
    await fsck(server);
  });

  it('takes forced pushes, new branches on known commits and deletions', async () => {
    await using server = await GitServer.start();
    using tree = history(new WorkTree(), 3);
    const to = server.address('contributor');
    await ok(tree.folder, 'push', '-q', to, 'main', 'main:side');
    tree.git('reset', '-q', '--hard', 'HEAD~1');
    tree.write({ 'other.txt': 'o' }).commit();
    assert.notEqual((await run(tree.folder, 'push', '-q', to, 'main')).code, 0);
    await ok(tree.folder, 'push', '-q', '--force', to, 'main');
    await ok(tree.folder, 'push', '-q', to, 'main:again');
    await ok(tree.folder, 'push', '-q', to, ':side');
    const refs = await server.store.refs('demo');
    assert.deepEqual(
      refs.map((ref) => ref.name),
      ['refs/heads/again', 'refs/heads/main'],
    );
    await fsck(server);
  });

  it('serves a fetch of a clone that has commits of its own', async () => {
    await using server = await GitServer.start();
    using tree = history(new WorkTree(), 5);
    await ok(tree.folder, 'push', '-q', server.address('contributor'), 'main');
    const clone = join(tree.beside, 'clone');
    await ok(tree.beside, 'clone', '-q', server.address('viewer'), clone);
    for (let index = 0; index < 20; index += 1) {
      await ok(
        clone,
        '-c',
        'user.name=x',
        '-c',
        'user.email=x@x',
        'commit',
        '-q',
        '--allow-empty',
        '-m',
        `own ${index}`,
      );
    }
    tree.write({ 'theirs.txt': 't' }).commit();
    await ok(tree.folder, 'push', '-q', server.address('contributor'), 'main');
    await ok(clone, 'fetch', '-q');
    assert.equal(await ok(clone, 'rev-parse', 'origin/main'), tree.git('rev-parse', 'main'));
    await ok(clone, 'fsck', '--strict');
  });

  it('clones an empty repository', async () => {
    await using server = await GitServer.start();
    using tree = new WorkTree();
    await ok(tree.beside, 'clone', '-q', server.address('viewer'), 'clone');
  });

  it('tells a shallow fetch why not, and takes a shallow push that lacks nothing', async () => {
    await using server = await GitServer.start();
    using tree = history(new WorkTree(), 3);
    await ok(tree.folder, 'push', '-q', server.address('contributor'), 'main');
    const shallow = await run(tree.beside, 'clone', '-q', '--depth', '1', server.address('viewer'), 'shallow');
    assert.notEqual(shallow.code, 0);
    assert.match(shallow.out, /shallow/);
    await ok(tree.beside, 'clone', '-q', '--depth', '1', `file://${tree.folder}`, 'local');
    await ok(join(tree.beside, 'local'), 'push', '-q', server.address('contributor'), 'main:other');
    await using empty = await GitServer.start();
    const push = await run(join(tree.beside, 'local'), 'push', empty.address('contributor'), 'main');
    assert.match(push.out, /lacks object/);
    await fsck(server);
  });

  it('refuses who may not, and asks who did not say', async () => {
    await using server = await GitServer.start();
    using tree = history(new WorkTree(), 1);
    assert.match((await run(tree.folder, 'push', server.address('viewer'), 'main')).out, /403/);
    assert.match((await run(tree.folder, 'push', server.address('nobody'), 'main')).out, /Authentication failed|401/);
    assert.match((await run(tree.folder, 'push', server.address('owner', 'unknown'), 'main')).out, /not found/);
    const anonymous = await fetch(`${server.url}/git/demo.git/info/refs?service=git-upload-pack`);
    assert.equal(anonymous.status, 401);
    assert.match(anonymous.headers.get('www-authenticate') ?? '', /^Basic /);
    assert.deepEqual(await server.store.refs('demo'), []);
  });

  for (const ref of ['refs/flywheel/runs/abc', 'refs/notes/x', 'refs/flywheel/snapshots/main']) {
    it(`lets no client write ${ref}`, async () => {
      await using server = await GitServer.start();
      using tree = history(new WorkTree(), 1);
      const { code, out } = await run(tree.folder, 'push', server.address('owner'), `main:${ref}`);
      assert.notEqual(code, 0);
      assert.match(out, /remote rejected.*not for clients/);
      assert.equal(existsSync(join(server.repository, ref)), false);
    });
  }
});

describe('Git over HTTP with isomorphic-git', () => {
  it('takes a push and gives a clone', async () => {
    await using server = await GitServer.start();
    using tree = history(new WorkTree(), 10);
    const onAuth = () => ({ username: 'x', password: 'contributor' });
    const url = `${server.url}/git/demo.git`;
    const pushed = await git.push({ fs, http, dir: tree.folder, url, ref: 'main', onAuth });
    assert.equal(pushed.ok, true);
    await fsck(server);
    const clone = join(tree.beside, 'clone');
    await git.clone({ fs, http, dir: clone, url, onAuth, singleBranch: true, depth: undefined });
    assert.equal(await git.resolveRef({ fs, dir: clone, ref: 'HEAD' }), tree.git('rev-parse', 'HEAD'));
  });
});
