import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writePortFile } from '../../../client/portFile.ts';
import { discover, type Surroundings } from '../../../extension/connection/discovery.ts';

const local = { url: 'http://127.0.0.1:7717', token: 'local-token', pid: process.pid, serverId: 's', startedAt: 1 };

describe('discovery', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'flywheel-discovery-'));
    await writePortFile(folder, local);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  function at(part: {
    serverUrl?: string;
    env?: Surroundings['env'];
    kept?: Readonly<Record<string, string>>;
    dataFolder?: string;
  }): Surroundings {
    return {
      settings: { serverUrl: part.serverUrl ?? '', dataFolder: part.dataFolder ?? folder },
      env: part.env ?? {},
      tokenFor: async (url) => part.kept?.[new URL(url).origin],
    };
  }
  const env = { FLYWHEEL_URL: 'http://10.0.0.1:7717', FLYWHEEL_TOKEN: 'env-token' };

  it('takes the setting before the environment, and that before a local server', async () => {
    const kept = { 'https://team.test': 'kept' };
    const setting = await discover(at({ serverUrl: 'https://team.test/', env, kept }));
    assert.deepEqual(setting, { kind: 'found', source: 'setting', url: 'https://team.test/', token: 'kept' });
    const environment = await discover(at({ env }));
    assert.deepEqual(environment, { kind: 'found', source: 'environment', url: env.FLYWHEEL_URL, token: 'env-token' });
    const found = await discover(at({}));
    assert.deepEqual(found, { kind: 'found', source: 'local', url: local.url, token: local.token });
  });

  it('gives no token of one server to another', async () => {
    const kept = { 'https://team.test': 'kept' };
    const other = { serverUrl: 'https://evil.test', env, kept };
    assert.deepEqual(await discover(at(other)), { kind: 'signed-out', source: 'setting', url: 'https://evil.test' });
    const samePortOtherHost = { serverUrl: 'http://127.0.0.2:7717' };
    assert.equal((await discover(at(samePortOtherHost))).kind, 'signed-out');
  });

  it('knows the token of the environment and of the local server by address', async () => {
    const byEnvironment = await discover(at({ serverUrl: 'http://10.0.0.1:7717/', env }));
    assert.equal(byEnvironment.kind === 'found' && byEnvironment.token, 'env-token');
    const byFile = await discover(at({ serverUrl: 'http://127.0.0.1:7717' }));
    assert.equal(byFile.kind === 'found' && byFile.token, 'local-token');
  });

  it('finds nothing where there is nothing', async () => {
    assert.deepEqual(await discover(at({ dataFolder: join(folder, 'none') })), { kind: 'none' });
  });
});
