import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  defaultDataFolder,
  portFilePath,
  readPortFile,
  removePortFile,
  writePortFile,
} from '../../../client/portFile.ts';

const content = { url: 'http://127.0.0.1:7717', token: 'secret', pid: process.pid, serverId: 'id', startedAt: 1 };

describe('the port file', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'flywheel-port-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is read back, and only its owner can read it', async () => {
    await writePortFile(folder, content);
    assert.deepEqual(await readPortFile(folder), content);
    if (process.platform !== 'win32') assert.equal(statSync(portFilePath(folder)).mode & 0o777, 0o600);
  });

  it('does not keep the wider mode of a file that was there', async () => {
    writeFileSync(portFilePath(folder), '{}', { mode: 0o644 });
    await writePortFile(folder, content);
    if (process.platform !== 'win32') assert.equal(statSync(portFilePath(folder)).mode & 0o777, 0o600);
  });

  it('is no server when its process is gone', async () => {
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    await writePortFile(folder, { ...content, pid });
    assert.equal(await readPortFile(folder), null);
  });

  for (const text of ['', '{', '[]', '{"url":"file:///etc/passwd","token":"x","pid":1,"serverId":"x","startedAt":1}']) {
    it(`is no server when it says ${JSON.stringify(text)}`, async () => {
      writeFileSync(portFilePath(folder), text);
      assert.equal(await readPortFile(folder), null);
    });
  }

  it('is removed by the server that wrote it and by no other', async () => {
    await writePortFile(folder, content);
    await removePortFile(folder, process.pid + 1);
    assert.notEqual(await readPortFile(folder), null);
    await removePortFile(folder);
    assert.equal(await readPortFile(folder), null);
  });
});

describe('the default data folder', () => {
  const at = (platform: NodeJS.Platform, env: Record<string, string>) =>
    defaultDataFolder({ platform, home: '/h', env });
  it('is where each system keeps such data', () => {
    assert.equal(at('linux', {}), join('/h', '.local', 'share', 'flywheel'));
    assert.equal(at('linux', { XDG_DATA_HOME: '/x' }), join('/x', 'flywheel'));
    assert.equal(at('darwin', {}), join('/h', 'Library', 'Application Support', 'Flywheel'));
    assert.equal(at('win32', { LOCALAPPDATA: '/l' }), join('/l', 'Flywheel'));
  });
});
