/** The data folder and who may hold it. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { holdDataFolder } from '../../../server/platform/dataFolder.ts';
import { StartupError } from '../../../server/platform/startupError.ts';
import { skip } from '../../harness/reporter.ts';
import { failToStart } from '../../harness/server.ts';
import { type TemporaryFolder, temporaryFolder } from '../../harness/temporaryFolder.ts';

describe('data folder', () => {
  let folder: TemporaryFolder;
  beforeEach(async () => {
    folder = await temporaryFolder();
  });
  afterEach(() => folder[Symbol.asyncDispose]());

  it('is made for its owner alone', () => {
    const held = holdDataFolder(join(folder.path, 'a', 'b'));
    assert.equal(statSync(held.path).mode & 0o777, 0o700);
    held.release();
    held.release();
  });

  it('is held by one, in the same process too, and is free after a release', () => {
    const held = holdDataFolder(folder.path);
    assert.throws(() => holdDataFolder(folder.path), StartupError);
    held.release();
    holdDataFolder(folder.path).release();
  });

  it('says which process holds it, and is free once that was killed', async () => {
    const module = new URL('../../../server/platform/dataFolder.ts', import.meta.url).href;
    const script = `(await import(${JSON.stringify(module)})).holdDataFolder(${JSON.stringify(folder.path)});
      globalThis.gc(); // nobody kept what was returned: the hold must not depend on it
      process.stdout.write('held'); setInterval(() => {}, 1000);`;
    const other = spawn(process.execPath, ['--expose-gc', '--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(other.stdout, 'data');
    assert.throws(
      () => holdDataFolder(folder.path),
      (error) => error instanceof StartupError && error.message.includes(`process ${other.pid} on`),
    );
    other.kill('SIGKILL');
    await once(other, 'exit');
    holdDataFolder(folder.path).release();
  });

  it('says in one line why it cannot be had', () => {
    const file = join(folder.path, 'file');
    writeFileSync(file, '');
    for (const path of [file, join(file, 'below')]) {
      assert.throws(
        () => holdDataFolder(path),
        (error) => error instanceof StartupError && error.message.includes(path) && !error.message.includes('\n'),
      );
    }
  });

  it('says so too where folders are listed but cannot be made', async function () {
    if (process.platform !== 'linux') skip(this, 'there is no /proc');
    // In a process of its own: what goes wrong here is a start that spins for ever.
    const { code, stderr } = await failToStart({ data: '/proc/flywheel/data' });
    assert.equal(code, 1);
    assert.match(stderr, /The data folder \/proc\/flywheel\/data cannot be written: .*\n/);
  });
});
