/** Every entry of the contract for every kind of caller, over REST and over the socket: who is let in, who is told what. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { openStore } from '../../../server/adapters/sqlite/openStore.ts';
import { AccessService } from '../../../server/domain/governance/accessService.ts';
import { hashSecret } from '../../../server/domain/governance/secret.ts';
import type { Entry } from '../../../server/transport/http/contractRouter.ts';
import { type OpenClient, openClient, type TestClient } from '../../harness/client.ts';
import { memoryLog, reasonOf } from '../../harness/entrance.ts';
import { MlflowClient } from '../../harness/mlflowClient.ts';
import { dataFolder, startServer, type TestServer } from '../../harness/server.ts';
import { contractEntries, expected, type Identity, nameOf } from './accessExpected.ts';
import { type Fixture, probes } from './accessMatrix.ts';

const identities: readonly Identity[] = [
  { name: 'outsider', role: 'none', admin: false, scope: 'full' },
  { name: 'viewer', role: 'viewer', admin: false, scope: 'full' },
  { name: 'contributor', role: 'contributor', admin: false, scope: 'full' },
  { name: 'owner', role: 'owner', admin: false, scope: 'full' },
  { name: 'auditor', role: 'none', admin: false, auditor: true, scope: 'full' },
  { name: 'administrator', role: 'none', admin: true, scope: 'full' },
  { name: 'narrowed administrator', role: 'none', admin: true, scope: 'contributor' },
  { name: 'job', role: 'owner', admin: false, scope: 'job' },
];

type Answer = { readonly status: number; readonly reason: string | undefined };

describe('access matrix', function () {
  this.timeout(120_000);
  const stack = new AsyncDisposableStack();
  const tokens = new Map<string, string>();
  let server: TestServer;
  let fixture: Fixture;

  before(async () => {
    const folder = stack.use(await dataFolder());
    const first = await startServer({ data: folder.path });
    fixture = await fill(first, tokens);
    await first.stop();
    await addSpecialTokens(folder.path, fixture, tokens);
    await addSchedule(folder.path, fixture);
    server = stack.use(await startServer({ data: folder.path }));
    tokens.set('administrator', server.token);
  });
  after(() => stack.disposeAsync());

  it('knows every entry of the contract', () => {
    assert.deepEqual(Object.keys(probes).sort(), contractEntries().map(nameOf).sort());
  });

  const strangers = [
    ['nobody', 'signed-out'],
    ['wrong', 'token-unknown'],
    ['expired', 'token-expired'],
  ] as const;
  for (const [name, reason] of strangers) {
    it(`refuses ${name} everywhere with ${reason}`, async () => {
      const token = tokens.get(name) ?? null;
      // At once, because answers to wrong tokens take longer and longer.
      const answers = contractEntries().map(async (entry) => {
        const answer = await overRest(server.url, { entry, fixture, token });
        assert.deepEqual(answer, { status: 401, reason }, nameOf(entry));
      });
      await Promise.all(answers);
    });
  }

  for (const identity of identities) {
    it(`gives ${identity.name} what it may, over both wires`, async () => {
      const token = tokens.get(identity.name) ?? '';
      await using client = await openClient({ url: server.url, token });
      for (const entry of contractEntries()) {
        const rest = await overRest(server.url, { entry, fixture, token });
        const socket = await overSocket(client.api, { entry, fixture });
        assertExpected(entry, identity, rest.reason);
        assert.equal(socket, rest.reason, `${nameOf(entry)} answers differently over the socket`);
      }
    });
  }

  it('serves nothing but the contract to a job on it, and no run of another project', async () => {
    const other = await openClient(server);
    await other.api.projects.create({ id: 'other' });
    await other.close();
    await using job = await openClient({ url: server.url, token: tokens.get('job') ?? '' });
    await assert.rejects(
      job.api.projects.get({ projectId: 'other' }),
      (error) => reasonOf(error) === 'not-found' || reasonOf(error) === 'scope-missing',
    );
    const listed = await job.api.projects.list({});
    assert.deepEqual(
      listed.map(({ id }) => id),
      [fixture.projectId],
    );
  });
});

function assertExpected(entry: Entry, identity: Identity, reason: string | undefined): void {
  const wanted = expected(entry, identity);
  const about = `${nameOf(entry)} for ${identity.name}: ${reason}`;
  if (wanted !== 'served') {
    assert.equal(reason, wanted, about);
    return;
  }
  const refusals = ['signed-out', 'token-unknown', 'token-expired', 'role-missing', 'scope-missing', 'unexpected'];
  assert.ok(!refusals.includes(reason ?? ''), about);
  assert.ok(reason !== 'not-found' || probes[nameOf(entry)]?.missing, about);
}

async function fill(server: TestServer, tokens: Map<string, string>): Promise<Fixture> {
  await using client = await openClient(server);
  const project = await client.api.projects.create({ id: 'matrix' });
  await client.api.experiments.create({ projectId: project.id, name: 'taken' });
  const service = await client.api.accounts.createService({ projectId: project.id, id: 'robot', name: 'Robot' });
  for (const { name, role, auditor = false } of identities.filter(({ admin, scope }) => !admin && scope === 'full')) {
    await client.api.session.createUser({ id: name, name, auditor });
    if (role !== 'none') await client.api.projects.setMember({ projectId: project.id, userId: name, role });
    tokens.set(name, (await client.api.session.createToken({ name, userId: name })).secret);
  }
  const scope = { kind: 'project', projectId: project.id, role: 'contributor' } as const;
  tokens.set('narrowed administrator', (await client.api.session.createToken({ name: 'narrow', scope })).secret);
  tokens.set('wrong', 'fw_this-is-no-token-of-this-server');
  const mlflow = new MlflowClient(server);
  const { experimentId } = project;
  const runId = await mlflow.createRun({ experiment_id: experimentId, start_time: Date.now() });
  const tags = [{ key: 'flywheel.project', value: project.id }];
  const { registered_model } = await mlflow.done('registered-models/create', { name: 'net', tags });
  const content = { version: 1, columns: [], sort: [], filter: '', runs: 'active', groupBy: [] } as const;
  const view = await client.api.views.create({ experimentId, name: 'shared', shared: true, content });
  const sweepId = await recordStudy({ mlflow, client, runId });
  const workspaceId = await sharedWorkspace(client.api, project.id);
  const ids = {
    runId,
    modelName: registered_model?.name ?? '',
    viewId: view.id,
    sweepId,
    serviceId: service.id,
    workspaceId,
    scheduleId: '00000000-0000-8000-8000-000000000001',
  };
  return { projectId: project.id, experimentId, ...ids };
}

type Recording = { readonly mlflow: MlflowClient; readonly client: OpenClient; readonly runId: string };

/** A sweep needs no code when a script with Optuna is recorded. */
async function recordStudy({ mlflow, client, runId }: Recording): Promise<string> {
  const tags = Object.entries({ number: '0', direction: 'MINIMIZE', x_distribution: 'IntDistribution()' });
  await mlflow.done('runs/log-batch', { run_id: runId, tags: tags.map(([key, value]) => ({ key, value })) });
  for (const deadline = Date.now() + 20_000; ; await delay(20)) {
    const [sweep] = await client.api.sweeps.list({});
    if (sweep) return sweep.id;
    assert.ok(Date.now() < deadline, 'the study is never a sweep');
  }
}

async function sharedWorkspace({ workspaces }: TestClient, projectId: string): Promise<string> {
  const { id } = await workspaces.create({ projectId, tool: 'vscode', environmentId: 'system', tierId: 'small' });
  await workspaces.update({ workspaceId: id, sharing: 'together' });
  await workspaces.stop({ workspaceId: id });
  return id;
}

/** Tokens that no entry makes: a job's own, and one whose time is over. */
async function addSpecialTokens(data: string, fixture: Fixture, tokens: Map<string, string>): Promise<void> {
  const store = openStore({ file: join(data, 'flywheel.db') });
  const access = new AccessService({ store, clock: { now: Date.now }, log: memoryLog(), fixedToken: null });
  await store.write(async (stores) => {
    const run = { id: fixture.runId, projectId: fixture.projectId, createdById: 'owner' };
    tokens.set('job', await access.mintRunToken(stores, run));
    await stores.access.insertToken({
      id: 'expired',
      userId: 'owner',
      name: 'expired',
      scope: { kind: 'user' },
      createdAt: 1,
      expiresAt: 2,
      lastUsedAt: null,
      hash: hashSecret('fw_expired-token'),
    });
  });
  tokens.set('expired', 'fw_expired-token');
  await store.close();
}

/** Of a job whose code is not there, so that nothing of it ever runs. */
async function addSchedule(data: string, { projectId, scheduleId: id }: Fixture): Promise<void> {
  const store = openStore({ file: join(data, 'flywheel.db') });
  const code = { commit: '0'.repeat(40), base: null, branch: null, dirty: false, folder: '' };
  await store.write(({ schedules }) =>
    schedules.insertSchedule({
      ...{ id, projectId, name: 'nightly', cron: '0 3 * * *', timezone: 'UTC', overlap: 'skip', catchUp: 'one' },
      work: { kind: 'job', job: 'train', code, parameters: {} },
      ...{
        ownerId: 'owner',
        paused: true,
        pauseReason: null,
        nextAt: null,
        createdAt: 1,
        updatedAt: 1,
        deletedAt: null,
      },
    }),
  );
  await store.close();
}

type Asked = { readonly entry: Entry; readonly fixture: Fixture };

async function overRest(
  url: string,
  { entry, fixture, token }: Asked & { readonly token: string | null },
): Promise<Answer> {
  const { method = 'POST', path = '' } = entry.procedure['~orpc'].route;
  const input = { ...probes[nameOf(entry)]?.input(fixture) } as Record<string, unknown>;
  const address = path.replace(/\{(\w+)\}/g, (_, key: string) => {
    const value = String(input[key]);
    delete input[key];
    return encodeURIComponent(value);
  });
  const isGet = method === 'GET';
  const query = isGet ? `?${new URLSearchParams(input as Record<string, string>)}` : '';
  const response = await fetch(`${url}/api${address}${query}`, {
    method,
    headers: {
      ...(token !== null && { authorization: `Bearer ${token}` }),
      ...(!isGet && { 'content-type': 'application/json' }),
    },
    ...(!isGet && { body: JSON.stringify(input) }),
  });
  if (response.ok) {
    await response.body?.cancel();
    return { status: response.status, reason: undefined };
  }
  return { status: response.status, reason: reasonOf(await response.json()) };
}

/** The reason of the refusal; undefined when it was served. */
async function overSocket(api: unknown, { entry, fixture }: Asked): Promise<string | undefined> {
  const namespace = (api as Record<string, Record<string, (input: unknown, options: object) => Promise<unknown>>>)[
    entry.namespace
  ];
  const abort = new AbortController();
  try {
    const answer = await namespace?.[entry.name]?.(probes[nameOf(entry)]?.input(fixture), { signal: abort.signal });
    if (isStream(answer)) await answer.return?.();
    return undefined;
  } catch (error) {
    return reasonOf(error) ?? String(error);
  } finally {
    abort.abort();
  }
}

function isStream(value: unknown): value is AsyncIterator<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}
