import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import git from 'isomorphic-git';
import http from 'isomorphic-git/http/node';
import { prepareLaunch } from '../../../client/snapshot/prepareLaunch.ts';
import { flushPacket, joinBytes, packet, readPackets } from '../../../protocol/pktLine.ts';
import { WorkTree } from '../../unit/client/workTree.ts';
import { GitServer } from './gitServer.ts';

type Outcome = { readonly code: number | null; readonly out: string };

/** Without blocking: the server runs in this process. */
function run(cwd: string, ...args: string[]): Promise<Outcome> {
  const env = { ...process.env, GIT_TERMINAL_PROMPT: '0', GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
  const child = spawn('git', args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  child.stdout.on('data', (data) => {
    out += data;
  });
  child.stderr.on('data', (data) => {
    out += data;
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, out: out.trim() })));
}

async function ok(cwd: string, ...args: string[]): Promise<string> {
  const { code, out } = await run(cwd, ...args);
  assert.equal(code, 0, `git ${args.join(' ')}: ${out}`);
  return out;
}

async function fsck(server: GitServer): Promise<void> {
  const out = await ok(server.repository, 'fsck', '--strict', '--no-dangling');
  assert.doesNotMatch(out, /error|missing|broken/);
}

/** Some history, large and small files, deltas, a tag, a branch. */
function history(tree: WorkTree, commits: number): WorkTree {
  tree.init();
  for (let index = 0; index < commits; index += 1) {
    const lines = Array.from({ length: 400 }, (_, line) => `line ${line} ${line === index ? 'changed' : ''}`);
    tree.write({ 'long.txt': lines.join('\n'), [`dir${index % 3}/file${index}.txt`]: `content ${index}` });
    tree.commit(`Commit ${index}`);
  }
  tree.git('tag', '-a', 'v1', '-m', 'First');
  return tree;
}

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
    const push = await run(join(tree.beside, 'local'), 'push', server.address('contributor'), 'main:other');
    assert.match(push.out, /lacks object/);
    await ok(join(tree.beside, 'local'), 'push', '-q', server.address('contributor'), 'main');
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

describe('Pushes that are not right', () => {
  const zero = '0'.repeat(40);

  async function push(
    server: GitServer,
    parts: readonly (string | Uint8Array)[],
    headers: Record<string, string> = {},
  ) {
    const [line, ...rest] = parts;
    const section = [packet(`${line}\0report-status\n`), flushPacket, ...rest.map((part) => Buffer.from(part))];
    const body = headers['content-encoding'] === 'gzip' ? gzipSync(joinBytes(section)) : joinBytes(section);
    return fetch(`${server.url}/git/demo.git/git-receive-pack`, {
      method: 'POST',
      headers: {
        authorization: 'Bearer contributor',
        'content-type': 'application/x-git-receive-pack-request',
        ...headers,
      },
      body,
    });
  }

  async function packOf(tree: WorkTree, leaveOut: (oid: string) => boolean = () => false): Promise<Buffer> {
    const oids = tree
      .git('rev-list', '--objects', '--all')
      .split('\n')
      .map((line) => line.slice(0, 40));
    const kept = oids.filter((oid) => !leaveOut(oid));
    const { packfile } = await git.packObjects({ fs, dir: tree.folder, oids: kept });
    return Buffer.from(packfile ?? []);
  }

  async function assertNothing(server: GitServer): Promise<void> {
    assert.deepEqual(await server.store.refs('demo'), []);
    const objects = readdirSync(join(server.repository, 'objects')).filter((name) => /^[0-9a-f]{2}$/.test(name));
    assert.deepEqual(objects, []);
    assert.deepEqual(readdirSync(join(server.repository, 'incoming')), []);
    await fsck(server);
  }

  async function lines(response: Response): Promise<readonly (string | null)[]> {
    assert.equal(response.status, 200);
    return readPackets(new Uint8Array(await response.arrayBuffer())).lines;
  }

  const damages: readonly (readonly [string, (pack: Buffer) => Buffer, RegExp])[] = [
    ['cut short', (pack) => pack.subarray(0, pack.length - 30), /checksum/],
    ['with a flipped bit', (pack) => Buffer.from(pack.map((byte, at) => (at === 40 ? byte ^ 1 : byte))), /checksum/],
    ['that is none', () => Buffer.from('this is not a pack, but it is long enough'), /not a pack/],
    ['that is empty', () => Buffer.alloc(0), /not a pack/],
  ];
  for (const [name, damage, why] of damages) {
    it(`leaves nothing of a pack ${name}`, async () => {
      await using server = await GitServer.start();
      using tree = history(new WorkTree(), 3);
      const head = tree.git('rev-parse', 'HEAD');
      const report = await lines(await push(server, [`${zero} ${head} refs/heads/main`, damage(await packOf(tree))]));
      assert.match(report[0] ?? '', why);
      assert.match(report[1] ?? '', /^ng refs\/heads\/main/);
      await assertNothing(server);
    });
  }

  it('leaves nothing of a pack that lacks an object', async () => {
    await using server = await GitServer.start();
    using tree = history(new WorkTree(), 3);
    const head = tree.git('rev-parse', 'HEAD');
    const blob = tree.git('rev-parse', 'HEAD:long.txt');
    const report = await lines(
      await push(server, [`${zero} ${head} refs/heads/main`, await packOf(tree, (oid) => oid === blob)]),
    );
    assert.match(report[0] ?? '', new RegExp(`lacks object ${blob}`));
    await assertNothing(server);
  });

  it('refuses a tree with a name that would lead out of it', async () => {
    await using server = await GitServer.start();
    using tree = new WorkTree().init();
    const blob = await git.writeBlob({ fs, dir: tree.folder, blob: Buffer.from('x') });
    const raw = Buffer.concat([Buffer.from('100644 ..\0', 'latin1'), Buffer.from(blob, 'hex')]);
    const bad = await git.writeObject({ fs, dir: tree.folder, type: 'tree', object: raw, format: 'content' });
    const author = { name: 'x', email: 'x', timestamp: 0, timezoneOffset: 0 };
    const commit = await git.writeCommit({
      fs,
      dir: tree.folder,
      commit: { tree: bad, parent: [], author, committer: author, message: 'x' },
    });
    const { packfile } = await git.packObjects({ fs, dir: tree.folder, oids: [blob, bad, commit] });
    const report = await lines(await push(server, [`${zero} ${commit} refs/heads/main`, packfile ?? '']));
    assert.match(report[0] ?? '', /unsafe name/);
    await assertNothing(server);
  });

  it('refuses objects that unfold to more than they say', async () => {
    await using server = await GitServer.start();
    using tree = history(new WorkTree(), 1);
    const pack = await packOf(tree);
    const { deflateSync } = await import('node:zlib');
    const { createHash } = await import('node:crypto');
    const head = Buffer.from('5041434b0000000200000001', 'hex');
    const bomb = Buffer.concat([head, Buffer.from([0x31]), deflateSync(Buffer.alloc(50 * 2 ** 20))]);
    const whole = Buffer.concat([bomb, createHash('sha1').update(bomb).digest()]);
    assert.ok(whole.length < pack.length * 1000);
    const report = await lines(await push(server, [`${zero} ${tree.git('rev-parse', 'HEAD')} refs/heads/main`, whole]));
    assert.match(report[0] ?? '', /unfolded/);
    await assertNothing(server);
  });

  it('moves a ref only from where the client saw it', async () => {
    await using server = await GitServer.start();
    using tree = history(new WorkTree(), 2);
    await ok(tree.folder, 'push', '-q', server.address('contributor'), 'main');
    const before = tree.git('rev-parse', 'HEAD~1');
    const head = tree.git('rev-parse', 'HEAD');
    const report = await lines(await push(server, [`${before} ${before} refs/heads/main`, await packOf(tree)]));
    assert.match(report[1] ?? '', /ng refs\/heads\/main fetch first/);
    assert.deepEqual(
      (await server.store.refs('demo')).map((ref) => ref.id),
      [head],
    );
  });

  it('takes a zipped request', async () => {
    await using server = await GitServer.start();
    using tree = history(new WorkTree(), 2);
    const line = `${zero} ${tree.git('rev-parse', 'HEAD')} refs/heads/main`;
    const report = await lines(await push(server, [line, await packOf(tree)], { 'content-encoding': 'gzip' }));
    assert.deepEqual(report.slice(0, 2), ['unpack ok', 'ok refs/heads/main']);
  });

  for (const ref of [
    'refs/heads/../../x',
    'refs/heads/a..b',
    'refs/heads/.hid',
    'refs/heads/a.lock',
    'HEAD',
    'refs/heads/a\\b',
    'refs/heads/a:b',
    'refs/heads/',
  ]) {
    it(`refuses the ref name ${ref}`, async () => {
      await using server = await GitServer.start();
      using tree = history(new WorkTree(), 1);
      const report = await lines(
        await push(server, [`${zero} ${tree.git('rev-parse', 'HEAD')} ${ref}`, await packOf(tree)]),
      );
      assert.match(report.join('\n'), /ng .*funny refname/);
      assert.deepEqual(await server.store.refs('demo'), []);
    });
  }

  for (const body of ['', 'zzzz', '0005', 'ffff', '0003x', '0032want']) {
    it(`answers malformed packets ${JSON.stringify(body)} with 400`, async () => {
      await using server = await GitServer.start();
      const response = await fetch(`${server.url}/git/demo.git/git-receive-pack`, {
        method: 'POST',
        headers: { authorization: 'Bearer contributor' },
        body,
      });
      assert.equal(response.status, 400);
    });
  }

  it('leaves other addresses to others', async () => {
    await using server = await GitServer.start();
    for (const path of ['/git/demo.git/HEAD', '/git/demo.git/objects/info/packs', '/git/', '/other']) {
      assert.equal((await fetch(server.url + path, { headers: { authorization: 'Bearer owner' } })).status, 404);
    }
  });
});

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
