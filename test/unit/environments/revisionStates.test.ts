import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EnvironmentDefinition } from '../../../protocol/model/environment.ts';
import { FakeBackend } from '../../fixtures/fakeBackend.ts';
import { createDomain, eventually } from '../../harness/domain.ts';

const python = (requirements: string): EnvironmentDefinition => ({ kind: 'python', requirements, python: 'python3' });
const environmentId = 'ml';

async function withRevisions() {
  const backend = new FakeBackend();
  const domain = await createDomain({ backend });
  await domain.environments.create({ id: environmentId, description: '', definition: python('numpy') }, domain.admin);
  for (const requirements of ['numpy==1', 'numpy==2']) {
    const input = { environmentId, definition: python(requirements), message: '' };
    await domain.environments.revise(input, domain.admin);
  }
  const current = async () =>
    (await domain.environments.get({ environmentId }, domain.admin)).current?.revision ?? null;
  const set = (revision: number, state: 'active' | 'deprecated' | 'retired', reason = '') =>
    domain.environments.setState({ environmentId, revision, state, reason }, domain.admin);
  return Object.assign(domain, { backend, current, set });
}

describe('revision states', () => {
  it('decide what a launch takes: the default, else the newest active, else the newest deprecated', async () => {
    await using domain = await withRevisions();
    assert.equal(await domain.current(), 3);
    await domain.set(3, 'deprecated', 'slow');
    assert.equal(await domain.current(), 2);
    await domain.environments.update({ environmentId, defaultRevision: 1 }, domain.admin);
    assert.equal(await domain.current(), 1);
    await domain.environments.update({ environmentId, defaultRevision: null }, domain.admin);
    await domain.set(2, 'retired');
    await domain.set(1, 'retired');
    assert.equal(await domain.current(), 3);
    await domain.set(3, 'retired');
    assert.equal(await domain.current(), null);
    await domain.set(2, 'active');
    assert.equal(await domain.current(), 2);
  });

  it('keep the default and retired apart, whichever comes first', async () => {
    await using domain = await withRevisions();
    await domain.environments.update({ environmentId, defaultRevision: 2 }, domain.admin);
    await assert.rejects(domain.set(2, 'retired'), { reason: 'wrong-state', field: 'state' });
    await domain.set(1, 'retired');
    const input = { environmentId, defaultRevision: 1 };
    await assert.rejects(domain.environments.update(input, domain.admin), { field: 'defaultRevision' });
  });

  it('are changed by who made the environment and by administrators alone', async () => {
    await using domain = await withRevisions();
    const caller = { ...domain.admin.caller, userId: 'other', admin: false };
    const call = { ...domain.admin, caller };
    const input = { environmentId, revision: 1, state: 'retired' as const, reason: '' };
    await assert.rejects(domain.environments.setState(input, call), { reason: 'role-missing' });
    await assert.rejects(domain.environments.update({ environmentId, name: 'x' }, call), { reason: 'role-missing' });
  });
});

describe('revisions', () => {
  it('differ in definition and packages, however a name is spelled', async () => {
    await using domain = await withRevisions();
    const locks = ['numpy==1\nA_b==1\ngone==1', 'numpy==2\na-b==1\nmine @ git+https://x'];
    domain.backend.build = async ({ revision }) => ({ ok: true, lock: locks[revision - 2] ?? '', python: '3.12.1' });
    const compare = () => domain.environments.compare({ environmentId, before: 2, after: 3 }, domain.admin);
    assert.equal((await compare()).packages, null, 'not built yet');
    for (const revision of [2, 3]) await domain.environments.build({ environmentId, revision }, domain.admin);
    assert.deepEqual(await compare(), {
      files: [{ name: 'requirements.txt', before: 'numpy==1', after: 'numpy==2' }],
      packages: [
        { name: 'gone', before: '1', after: null },
        { name: 'mine', before: null, after: 'git+https://x' },
        { name: 'numpy', before: '1', after: '2' },
      ],
      samePackages: 2,
    });
  });

  it('are built anew on request, beside the build in use', async () => {
    await using domain = await withRevisions();
    const ref = { environmentId, revision: 1 };
    domain.backend.build = async () => ({ ok: true, lock: 'numpy==2.0' });
    await domain.environments.build(ref, domain.admin);
    domain.backend.build = async (_revision, log) => {
      log('again\n');
      return { ok: true, lock: 'numpy==2.1' };
    };
    const works = await domain.environments.check(ref, domain.admin);
    assert.deepEqual([works.check?.state, works.check?.changed, works.build.lock], ['works', 1, 'numpy==2.0']);
    let text = '';
    const log = domain.environments.buildLog({ ...ref, of: 'check', after: 0, follow: true }, domain.admin);
    for await (const chunk of log) if (chunk.kind === 'text') text += chunk.text;
    assert.equal(text, 'again\n');
    domain.backend.build = async () => ({ ok: false, error: 'numpy is gone' });
    const fails = await domain.environments.check(ref, domain.admin);
    assert.deepEqual([fails.check?.state, fails.check?.error, fails.build.state], ['fails', 'numpy is gone', 'ready']);
  });

  it('are cancelled while they build', async () => {
    await using domain = await withRevisions();
    const ref = { environmentId, revision: 1 };
    domain.backend.build = async () => {
      await sleep(200);
      return { ok: false, error: 'The build was cancelled.' };
    };
    const built = domain.environments.build(ref, domain.admin);
    const state = async () =>
      (await domain.environments.revisions({ environmentId }, domain.admin)).at(-1)?.build.state;
    await eventually(async () => (await state()) === 'building', 'it is being built');
    await domain.environments.cancelBuild(ref, domain.admin);
    assert.equal((await built).build.state, 'never');
  });

  it('are refused with line and field when the definition is wrong', async () => {
    await using domain = await withRevisions();
    const definition = { kind: 'container' as const, devcontainer: '{\n "image": 1\n}' };
    const rest = { dockerfile: '', requirements: '', conda: '', renv: '', python: 'python3' };
    const input = { environmentId, definition: { ...definition, ...rest }, message: '' };
    await assert.rejects(domain.environments.revise(input, domain.admin), (error: Error & { field?: string }) => {
      assert.match(error.message, /^line 2, image: /);
      assert.equal(error.field, 'definition.devcontainer');
      return true;
    });
  });
});
