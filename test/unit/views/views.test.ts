/** Saved views over the real store: whose they are, who changes them, what is told of them. */
import assert from 'node:assert/strict';
import type { ViewContent } from '../../../protocol/model/view.ts';
import type { Call } from '../../../server/domain/shared/call.ts';
import { isDomainError } from '../../../server/domain/shared/errors.ts';
import { createDomain, type Domain, furnish, person } from '../../harness/domain.ts';
import { storedRun } from '../../harness/records.ts';

const because = (reason: string) => (error: unknown) => isDomainError(error) && error.reason === reason;
const content: ViewContent = {
  version: 1,
  columns: [{ id: 'metric:loss', width: 90, pinned: 'left', look: 'bar' }],
  sort: [{ id: 'metric:loss', direction: 'asc' }],
  filter: "params.model = 'tree'",
  runs: 'active',
  groupBy: ['param:model'],
  charts: { smoothing: 0.5, keys: ['loss'] },
};

describe('saved views', () => {
  let domain: Domain;
  let experimentId: string;
  const people: Record<string, Call> = {};

  beforeEach(async () => {
    domain = await createDomain({ inMemory: true });
    await furnish(domain);
    experimentId = (await domain.projects.get({ projectId: 'iris' }, domain.admin)).experimentId;
    for (const [id, role] of [
      ['vera', 'viewer'],
      ['carl', 'contributor'],
      ['olga', 'owner'],
    ] as const) {
      people[id] = await person(domain, id);
      await domain.projects.setMember({ projectId: 'iris', userId: id, role }, domain.admin);
    }
  });
  afterEach(() => domain[Symbol.asyncDispose]());

  const as = (id: string): Call => people[id] ?? domain.admin;
  const save = (id: string, name: string, shared = false) =>
    domain.views.create({ experimentId, name, shared, content }, as(id));
  const namesFor = async (id: string) =>
    (await domain.views.list({ projectId: 'iris' }, as(id))).map(({ name }) => name);

  it('gives back what was saved, to its owner alone while it is private', async () => {
    const view = await save('vera', 'mine');
    assert.deepEqual((await domain.views.get({ viewId: view.id }, as('vera'))).content, content);
    assert.equal(view.owner.id, 'vera');
    assert.deepEqual(await namesFor('vera'), ['mine']);
    assert.deepEqual(await namesFor('olga'), []);
    await assert.rejects(domain.views.get({ viewId: view.id }, as('olga')), because('not-found'));
    await assert.rejects(domain.views.delete({ viewId: view.id }, as('olga')), because('not-found'));
  });

  it('lets contributors share, and viewers not', async () => {
    await assert.rejects(save('vera', 'board', true), because('role-missing'));
    const own = await save('vera', 'own');
    await assert.rejects(domain.views.update({ viewId: own.id, shared: true }, as('vera')), because('role-missing'));
    await save('carl', 'board', true);
    assert.deepEqual(await namesFor('vera'), ['board', 'own']);
  });

  it('lets its owner and owners of the project change a shared one, and nobody else', async () => {
    const { id: viewId } = await save('carl', 'board', true);
    assert.equal((await domain.views.get({ viewId }, as('vera'))).editable, false);
    await assert.rejects(domain.views.update({ viewId, name: 'taken' }, as('vera')), because('role-missing'));
    const changed = await domain.views.update({ viewId, content: { ...content, filter: '' } }, as('olga'));
    assert.deepEqual([changed.name, changed.content.filter, changed.owner.id], ['board', '', 'carl']);
    await domain.views.delete({ viewId }, as('carl'));
    await assert.rejects(domain.views.get({ viewId }, as('carl')), because('not-found'));
  });

  it('tells of each change, without the name of a private one', async () => {
    const secret = await save('vera', 'about the merger');
    await domain.views.delete({ viewId: secret.id }, as('vera'));
    await save('carl', 'board', true);
    const events = await domain.store.read((stores) => stores.events.list({ projectIds: ['iris'], limit: 3 }));
    const told = events.map(({ type, detail }) => [type, detail.name]);
    assert.deepEqual(told, [
      ['view.saved', 'board'],
      ['view.deleted', null],
      ['view.saved', null],
    ]);
  });

  it('keeps stars apart by person', async () => {
    await domain.store.write(({ runs }) => runs.insertRun(storedRun({ id: 'r1', projectId: 'iris', experimentId })));
    await domain.runs.star({ runId: 'r1', starred: true }, as('vera'));
    await domain.runs.star({ runId: 'r1', starred: true }, as('vera'));
    const starredBy = (id: string) => domain.store.read(({ views }) => views.starred(as(id).caller.userId, ['r1']));
    assert.deepEqual([...(await starredBy('vera'))], ['r1']);
    assert.deepEqual([...(await starredBy('olga'))], []);
    await domain.runs.star({ runId: 'r1', starred: false }, as('vera'));
    assert.equal((await starredBy('vera')).size, 0);
  });
});
