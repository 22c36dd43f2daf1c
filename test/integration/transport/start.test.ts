/** Starting and ending: refusals in one line, one server a folder, an orderly end under load. */
import assert from 'node:assert/strict';
import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { readPortFile } from '../../../client/portFile.ts';
import { openClient } from '../../harness/client.ts';
import { dataFolder, failToStart, spawnServer, startServer } from '../../harness/server.ts';

function assertOneLine(result: { readonly code: number | null; readonly stderr: string }, expected: RegExp): void {
  assert.match(result.stderr, expected);
  assert.equal(result.stderr.trimEnd().split('\n').length, 1, `more than one line: ${result.stderr}`);
  assert.equal(result.code, 1);
}

describe('start of the server', () => {
  it('answers, and leaves a port file that its owner alone reads', async () => {
    await using server = await startServer();
    const file = join(server.data, 'server.json');
    assert.equal((await stat(file)).mode & 0o777, 0o600);
    assert.equal((await readPortFile(server.data))?.url, server.url);
    await using client = await openClient(server);
    const hello = await client.api.session.hello({ client: { name: 'test', version: '1' }, protocol: 1 });
    assert.equal(hello.user.admin, true);
    await server.stop();
    assert.equal(await readPortFile(server.data), null);
  });

  it('keeps its identity over a restart and after kill -9', async () => {
    await using folder = await dataFolder();
    const first = await spawnServer({ data: folder.path });
    const before = await readPortFile(folder.path);
    await first.kill();
    assert.equal(await readPortFile(folder.path), null, 'the port file of a dead process counts for nothing');
    await using _second = await spawnServer({ data: folder.path });
    assert.equal((await readPortFile(folder.path))?.serverId, before?.serverId);
  });

  it('refuses a port in use', async () => {
    await using folder = await dataFolder();
    const blocker = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => blocker.once('listening', resolve));
    const { port } = blocker.address() as AddressInfo;
    try {
      assertOneLine(await failToStart({ data: folder.path, port }), new RegExp(`Port ${port} on 127.0.0.1 is in use`));
    } finally {
      blocker.close();
    }
  });

  it('refuses a folder that another server holds', async () => {
    await using server = await spawnServer();
    assertOneLine(await failToStart({ data: server.data }), /held by another|in use|already/i);
    await using client = await openClient(server);
    await client.api.projects.list({});
  });

  it('refuses a folder that cannot be written', async () => {
    if (process.getuid?.() === 0) {
      // The superuser writes everywhere: a file in the folder's place is what it cannot pass.
      await using folder = await dataFolder();
      await writeFile(join(folder.path, 'file'), '');
      assertOneLine(await failToStart({ data: join(folder.path, 'file') }), /data folder/);
      return;
    }
    await using folder = await dataFolder();
    const locked = join(folder.path, 'locked');
    await mkdir(locked);
    await chmod(locked, 0o500);
    assertOneLine(await failToStart({ data: locked }), /data folder/);
  });

  it('refuses data of a newer version and leaves it as it is', async () => {
    await using folder = await dataFolder();
    await (await startServer({ data: folder.path })).stop();
    const { DatabaseSync } = await import('node:sqlite');
    const file = join(folder.path, 'flywheel.db');
    const database = new DatabaseSync(file);
    database.exec('PRAGMA user_version = 9999; PRAGMA wal_checkpoint(TRUNCATE)');
    database.close();
    const before = await readFile(file);
    assertOneLine(await failToStart({ data: folder.path }), /newer/i);
    assert.ok(before.equals(await readFile(file)), 'the file was changed');
  });

  it('names a setting that is wrong', async () => {
    await using folder = await dataFolder();
    assertOneLine(await failToStart({ data: folder.path, environment: { FLYWHEEL_TOKEN: 'short' } }), /FLYWHEEL_TOKEN/);
    assertOneLine(await failToStart({ data: folder.path, port: 70_000 }), /--port/);
  });

  it('takes a fixed administrator token', async () => {
    const token = 'a-fixed-token-for-automation';
    await using server = await startServer({ environment: { FLYWHEEL_TOKEN: token } });
    await using client = await openClient({ url: server.url, token });
    assert.equal((await client.api.session.listUsers()).length, 1);
  });
});
