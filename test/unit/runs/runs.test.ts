import assert from 'node:assert/strict';
import { artifactRootKey } from '../../../server/domain/shared/artifactRoot.ts';
import { FakeBackend } from '../../fixtures/fakeBackend.ts';
import {
  callOf,
  collect,
  createDomain,
  type Domain,
  furnish,
  launchInput,
  person,
  runUntil,
} from '../../harness/domain.ts';

async function furnished(): Promise<Domain & { backend: FakeBackend }> {
  const domain = await createDomain({ backend: new FakeBackend() });
  await furnish(domain);
  return domain as Domain & { backend: FakeBackend };
}

async function ended(domain: Domain & { backend: FakeBackend }): Promise<string> {
  await domain.scheduler.start();
  const { id } = await domain.runs.launch(launchInput(), domain.admin);
  await runUntil(domain, id, ({ state }) => state === 'running');
  domain.backend.finish(id);
  await runUntil(domain, id, ({ endedAt }) => endedAt !== null);
  return id;
}

describe('runs', () => {
  it('are listed in pages, newest first, only where one may see them', async () => {
    await using domain = await furnished();
    await furnish(domain, 'wine');
    for (let index = 0; index < 5; index += 1) await domain.runs.launch(launchInput(), domain.admin);
    await domain.runs.launch(launchInput({ projectId: 'wine' }), domain.admin);
    const ada = await person(domain, 'ada');
    await domain.projects.setMember({ projectId: 'iris', userId: 'ada', role: 'viewer' }, domain.admin);
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await domain.runs.list({ limit: 2, cursor }, ada);
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.next;
    } while (cursor !== undefined);
    assert.equal(new Set(seen).size, 5);
    await assert.rejects(domain.runs.list({ limit: 2, projectId: 'wine' }, ada), { reason: 'not-found' });
    await assert.rejects(domain.runs.list({ limit: 2, cursor: 'nonsense' }, ada), { reason: 'invalid-page-token' });
  });

  it('change name, note and tags, which MLflow clients read as tags', async () => {
    await using domain = await furnished();
    const { id: runId } = await domain.runs.launch(launchInput({ tags: { old: '1' } }), domain.admin);
    const change = { runId, name: '<b>best</b>', note: 'why', setTags: { a: 'b' }, removeTags: ['old', 'none'] };
    const run = await domain.runs.update(change, domain.admin);
    assert.deepEqual([run.name, run.note, run.tags.a, run.tags.old], ['<b>best</b>', 'why', 'b', undefined]);
    assert.equal(run.tags['mlflow.runName'], '<b>best</b>');
  });

  it('are deleted only when they have ended, and can be restored', async () => {
    await using domain = await furnished();
    const { id: queued } = await domain.runs.launch(launchInput(), domain.admin);
    await assert.rejects(domain.runs.delete({ runId: queued }, domain.admin), {
      reason: 'wrong-state',
      field: 'runId',
    });
    await domain.runs.stop({ runId: queued }, domain.admin);
    assert.notEqual((await domain.runs.delete({ runId: queued }, domain.admin)).deletedAt, null);
    await domain.runs.delete({ runId: queued }, domain.admin);
    assert.equal((await domain.runs.list({ limit: 10 }, domain.admin)).items.length, 0);
    assert.equal((await domain.runs.restore({ runId: queued }, domain.admin)).deletedAt, null);
    const types = (await domain.events.list({ limit: 100 }, domain.admin)).map(({ type }) => type);
    assert.equal(types.filter((type) => type === 'run.deleted').length, 1);
  });

  it('stay as they ended when they are stopped afterwards', async () => {
    await using domain = await furnished();
    const runId = await ended(domain);
    assert.equal((await domain.runs.stop({ runId }, domain.admin)).state, 'succeeded');
  });

  it('follow their log from any byte until they end', async () => {
    await using domain = await furnished();
    await domain.scheduler.start();
    const { id: runId } = await domain.runs.launch(launchInput(), domain.admin);
    await runUntil(domain, runId, ({ state }) => state === 'running');
    domain.backend.write(runId, 'one\n');
    let text = '';
    let end = -1;
    for await (const chunk of domain.runs.logs({ runId, after: 1, follow: true }, domain.admin)) {
      if (chunk.kind === 'text') text += chunk.text;
      if (chunk.kind === 'end') end = chunk.offset;
      if (text === 'ne\n') {
        domain.backend.write(runId, 'two\n');
        domain.backend.finish(runId);
      }
    }
    assert.deepEqual([text, end], ['ne\ntwo\n', 8]);
  });

  it('end the log of a run that only a client logs at once', async () => {
    await using domain = await furnished();
    const { id } = await domain.runs.launch(launchInput(), domain.admin);
    const stored = await domain.store.read(({ runs }) => runs.run(id));
    assert.ok(stored);
    const logged = { ...stored, id: 'logged', state: 'running', launched: false, launch: null } as const;
    await domain.store.write(({ runs }) => runs.insertRun(logged));
    const chunks = await collect(
      domain.runs.logs({ runId: 'logged', after: 0, follow: true }, callOf(domain.admin.caller)),
    );
    assert.deepEqual(chunks, [{ kind: 'end', offset: 0 }]);
    await assert.rejects(domain.runs.stop({ runId: 'logged' }, domain.admin), { reason: 'wrong-state' });
  });

  it('show artifacts and code', async () => {
    await using domain = await furnished();
    const runId = await ended(domain);
    const run = await domain.runs.get({ runId }, domain.admin);
    const content = async function* () {
      yield Buffer.from('a,b\n1,2\n');
    };
    await domain.artifacts.put(artifactRootKey(run), 'tables/a.csv', content());
    const folders = await domain.runs.artifacts({ runId, path: '' }, domain.admin);
    assert.deepEqual(
      folders.map(({ path, folder }) => [path, folder]),
      [['tables', true]],
    );
    const preview = await domain.runs.previewArtifact({ runId, path: 'tables/a.csv' }, domain.admin);
    assert.deepEqual(preview.content, { encoding: 'text', text: 'a,b\n1,2\n' });
    assert.equal(preview.mediaType, 'text/csv');
    await assert.rejects(domain.runs.previewArtifact({ runId, path: 'no' }, domain.admin), { field: 'path' });
    assert.deepEqual(await domain.runs.code({ runId }, domain.admin), [{ path: 'train.py', bytes: 9, change: 'same' }]);
    const shown = await domain.runs.previewCode({ runId, path: 'train.py', of: 'snapshot' }, domain.admin);
    assert.deepEqual([shown.mediaType, shown.truncated], ['text/x-python', false]);
    await assert.rejects(domain.runs.previewCode({ runId, path: 'train.py', of: 'base' }, domain.admin), {
      reason: 'not-found',
    });
  });
});
