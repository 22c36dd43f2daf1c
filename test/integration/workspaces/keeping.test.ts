/** What happens to workspaces when nobody looks: the server goes away, people do, their programs end. */
import assert from 'node:assert/strict';
import { compose } from '../../../server/compose.ts';
import { readConfig } from '../../../server/config.ts';
import { openClient, type TestClient } from '../../harness/client.ts';
import { dataFolder } from '../../harness/server.ts';
import { ask, enter, untilState, untilWorkspace, wanted, workspaceWorld } from './workspaceWorld.ts';

describe('a workspace that nobody looks after', function () {
  this.timeout(180_000);
  const owned = new AsyncDisposableStack();
  let data: string;
  /** Of the workspace that was running when the first server stopped. */
  let id: string;
  let told: string;

  before(async () => {
    data = owned.use(await dataFolder()).path;
    await using world = await workspaceWorld({ data });
    ({ id } = await world.admin.api.workspaces.create(wanted));
    await untilState(world.admin.api, id, 'ready');
    told = await tokenInside(world.admin.api, id);
  });
  after(() => owned.disposeAsync());

  it('goes on while the server is away, and is taken up again', async () => {
    await using server = await serverOn(data);
    const { api, url } = server;
    assert.equal((await api.workspaces.get({ workspaceId: id })).state, 'ready');
    // The same process, with the same token, which counts still.
    assert.equal(await tokenInside(api, id), told);
    await using inside = await openClient({ url, token: told });
    assert.equal((await inside.api.projects.get({ projectId: 'iris' })).id, 'iris');
    await api.workspaces.stop({ workspaceId: id });
    await untilState(api, id, 'stopped');
    await assert.rejects(openClient({ url, token: told }));
  });

  it('is asked about when it is idle, kept when somebody says so, and stopped when nobody does', async () => {
    // A minute of idle time takes a fifth of a second.
    await using server = await serverOn(data, { tickMs: 100, noticeMs: 3000, saveMs: 200, minuteMs: 200 });
    const { api } = server;
    await api.workspaces.update({ workspaceId: id, idleMinutes: 5 });
    await api.workspaces.start({ workspaceId: id });
    await untilState(api, id, 'ready');
    await untilAsked(api, 1);
    const extended = await api.workspaces.extend({ workspaceId: id, minutes: 30 });
    assert.ok((extended.stopsAt ?? 0) > Date.now() + 6000);
    const stopped = await untilWorkspace(api, id, ({ state }) => state === 'stopped');
    assert.match(stopped.detail ?? '', /after 5 minutes in which nobody worked/);
    // Asked again, once the extension was over; and saved while it ran.
    assert.equal((await untilAsked(api, 2)).length, 2);
    assert.equal(stopped.saveProblem, null);
  });

  it('says what its tool said when that ends by itself', async () => {
    await using server = await serverOn(data);
    const { api } = server;
    const { id: short } = await api.workspaces.create({ ...wanted, tool: 'short' });
    const failed = await untilState(api, short, 'failed');
    assert.match(failed.detail ?? '', /code 3.* no licence found/i);
    assert.match((await api.workspaces.get({ workspaceId: short })).output, /no licence found/);
  });
});

async function tokenInside(api: TestClient, id: string): Promise<string> {
  const { origin, path, cookie } = await enter(api, id);
  return JSON.parse((await ask(origin, `${path}echo`, { headers: { cookie } })).text).env.FLYWHEEL_TOKEN;
}

async function untilAsked(api: TestClient, times: number) {
  for (const deadline = Date.now() + 60_000; ; await new Promise((resolve) => setTimeout(resolve, 50))) {
    const asked = (await api.events.list({})).filter(({ type }) => type === 'workspace.idle');
    if (asked.length >= times) return asked;
    if (Date.now() > deadline) throw new Error(`asked ${asked.length} times`);
  }
}

async function serverOn(
  data: string,
  workspaceTiming: NonNullable<NonNullable<Parameters<typeof compose>[1]>['workspaceTiming']> = {},
) {
  await using owned = new AsyncDisposableStack();
  const server = await compose(readConfig({ log: 'silent', data, port: '0' }, {}), { workspaceTiming });
  owned.defer(() => server.stop());
  const client = owned.use(await openClient(server));
  const rest = owned.move();
  return { ...server, api: client.api, [Symbol.asyncDispose]: () => rest.disposeAsync() };
}
