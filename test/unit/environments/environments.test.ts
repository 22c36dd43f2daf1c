import assert from 'node:assert/strict';
import type { EnvironmentDefinition } from '../../../protocol/model/environment.ts';
import { digestOf } from '../../../server/domain/environments/digest.ts';
import { FakeBackend } from '../../fixtures/fakeBackend.ts';
import { createDomain, type Domain, eventually } from '../../harness/domain.ts';

const python = (requirements: string): EnvironmentDefinition => ({ kind: 'python', requirements, python: 'python3' });

async function withEnvironment(): Promise<Domain & { backend: FakeBackend }> {
  const domain = await createDomain({ backend: new FakeBackend() });
  await domain.environments.create({ id: 'ml', description: '', definition: python('numpy') }, domain.admin);
  return domain as Domain & { backend: FakeBackend };
}

const first = { environmentId: 'ml', revision: 1 };

describe('environment digest', () => {
  it('is that of what is installed, however the lines end', () => {
    assert.equal(digestOf(python('numpy\r\nscipy  \r\n')), digestOf(python('numpy\nscipy')));
    assert.notEqual(digestOf(python('numpy')), digestOf(python('scipy')));
    assert.notEqual(digestOf(python('')), digestOf({ kind: 'system' }));
    assert.match(digestOf({ kind: 'system' }), /^[0-9a-f]{64}$/);
  });
});

describe('environments', () => {
  it('are created once and revised without touching earlier revisions', async () => {
    await using domain = await withEnvironment();
    const again = { id: 'ml', description: '', definition: python('x') };
    await assert.rejects(domain.environments.create(again, domain.admin), { reason: 'already-exists', field: 'id' });
    const revised = await domain.environments.revise(
      { environmentId: 'ml', definition: python('numpy\nscipy'), message: 'for optimize' },
      domain.admin,
    );
    assert.deepEqual([revised.latest.revision, revised.latest.message], [2, 'for optimize']);
    const revisions = await domain.environments.revisions({ environmentId: 'ml' }, domain.admin);
    assert.deepEqual(
      revisions.map(({ revision }) => revision),
      [2, 1],
    );
    assert.deepEqual(revisions[1]?.definition, python('numpy'));
    assert.equal(revisions[0]?.createdBy.name, 'Administrator');
  });

  it('refuse a revision that says the same', async () => {
    await using domain = await withEnvironment();
    await assert.rejects(
      domain.environments.revise({ environmentId: 'ml', definition: python('numpy\r\n'), message: '' }, domain.admin),
      { reason: 'wrong-state', field: 'definition' },
    );
  });

  it('name the field of what is unknown', async () => {
    await using domain = await withEnvironment();
    await assert.rejects(domain.environments.get({ environmentId: 'no' }, domain.admin), { field: 'environmentId' });
    await assert.rejects(domain.environments.build({ ...first, revision: 9 }, domain.admin), { field: 'revision' });
    const log = domain.environments.buildLog(
      { ...first, revision: 9, of: 'build', after: 0, follow: true },
      domain.admin,
    );
    await assert.rejects(log.next(), { reason: 'not-found' });
  });

  it('are built once for all who ask, and keep the lock', async () => {
    await using domain = await withEnvironment();
    const finish = Promise.withResolvers<{ ok: true; lock: string }>();
    domain.backend.build = () => finish.promise;
    const builds = [domain.environments.build(first, domain.admin), domain.environments.build(first, domain.admin)];
    const state = async () => (await domain.environments.get({ environmentId: 'ml' }, domain.admin)).latest.build.state;
    await eventually(async () => (await state()) === 'building', 'it is being built');
    finish.resolve({ ok: true, lock: 'numpy==2.3.4' });
    for (const { build } of await Promise.all(builds)) {
      assert.deepEqual([build.state, build.lock], ['ready', 'numpy==2.3.4']);
    }
    assert.deepEqual([...domain.backend.builds.values()], [1]);
    const before = await domain.store.read(({ events }) => events.clock());
    await domain.environments.build(first, domain.admin);
    assert.equal(await domain.store.read(({ events }) => events.clock()), before, 'ready already: nothing to record');
  });

  it('stream the log of their build to its end, and say why it failed', async () => {
    await using domain = await withEnvironment();
    const go = Promise.withResolvers<void>();
    domain.backend.build = async (_revision, log) => {
      log('Collecting numpy\n');
      await go.promise;
      log('ERROR: no such version\n');
      return { ok: false, error: 'no such version' };
    };
    const building = domain.environments.build(first, domain.admin);
    await eventually(() => domain.backend.builds.size === 1, 'the build begins');
    let text = '';
    for await (const chunk of domain.environments.buildLog(
      { ...first, of: 'build', after: 0, follow: true },
      domain.admin,
    )) {
      if (chunk.kind === 'text') text += chunk.text;
      go.resolve();
      if (chunk.kind === 'end') break;
    }
    assert.equal(text, 'Collecting numpy\nERROR: no such version\n');
    const { build } = await building;
    assert.deepEqual([build.state, build.error], ['failed', 'no such version']);
  });

  it('forget a build that the backend could not take on', async () => {
    await using domain = await withEnvironment();
    domain.backend.build = async () => {
      throw new Error('no answer');
    };
    await assert.rejects(domain.environments.build(first, domain.admin), /no answer/);
    assert.equal((await domain.environments.get({ environmentId: 'ml' }, domain.admin)).latest.build.state, 'never');
  });
});
