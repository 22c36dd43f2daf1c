import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync, gzipSync } from 'node:zlib';
import git from 'isomorphic-git';
import { flushPacket, joinBytes, packet, readPackets } from '../../../protocol/pktLine.ts';
import { WorkTree } from '../../unit/client/workTree.ts';
import { fsck, history, ok } from './gitBinary.ts';
import { GitServer } from './gitServer.ts';

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
