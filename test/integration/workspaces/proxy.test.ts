/** The proxy of workspaces against people, pages and tools that mean ill. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { WebSocket } from 'ws';
import {
  ask,
  enter,
  type Person,
  untilState,
  untilWorkspace,
  type World,
  wanted,
  workspaceWorld,
} from './workspaceWorld.ts';

type Entered = Awaited<ReturnType<typeof enter>>;

describe('the proxy of workspaces', function () {
  this.timeout(180_000);
  let world: World;
  let id: string;
  let own: Entered;

  before(async () => {
    world = await workspaceWorld();
    ({ id } = await world.ada.api.workspaces.create({ ...wanted, name: 'Of Ada' }));
    await untilState(world.ada.api, id, 'ready');
    own = await enter(world.ada.api, id);
  });
  after(async () => {
    await world.ada.api.workspaces.stop({ workspaceId: id });
    await untilState(world.ada.api, id, 'stopped');
    await world[Symbol.asyncDispose]();
  });

  const programs = async (person: Person) => {
    const { url } = await world.ada.api.workspaces.address({ workspaceId: id });
    return ask(new URL(url).origin, `${own.path}echo`, { headers: { authorization: `Bearer ${person.token}` } });
  };
  const share = (sharing: 'private' | 'read' | 'together') =>
    world.ada.api.workspaces.update({ workspaceId: id, sharing });
  /** An answer is remembered for two seconds. */
  const untilStatus = async (person: Person, status: number) => {
    for (const deadline = Date.now() + 20_000; (await programs(person)).status !== status; ) {
      assert.ok(Date.now() < deadline, `never ${status}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };

  it('tells nobody else of a private workspace, the owner of the project included', async () => {
    for (const person of [world.ben, world.vic, world.eve, world.admin])
      assert.equal((await programs(person)).status, 404);
    const none = await ask(own.origin, '/workspaces/0000000000000000/echo', {
      headers: { authorization: `Bearer ${world.ben.token}` },
    });
    const hidden = await ask(own.origin, `${own.path}echo`, {
      headers: { authorization: `Bearer ${world.ben.token}` },
    });
    assert.deepEqual([none.status, none.text], [hidden.status, hidden.text]);
    for (const person of [world.ben, world.eve]) {
      await assert.rejects(person.api.workspaces.address({ workspaceId: id }), { code: 'NOT_FOUND' });
      await assert.rejects(person.api.workspaces.get({ workspaceId: id }), { code: 'NOT_FOUND' });
      await assert.rejects(person.api.workspaces.stop({ workspaceId: id }), { code: 'NOT_FOUND' });
    }
    assert.deepEqual(
      (await world.ben.api.workspaces.list({})).map((workspace) => workspace.id),
      [],
    );
  });

  it('lets people in as far as it is shared, and out again when it is not', async () => {
    await share('together');
    await untilStatus(world.ben, 200);
    // The tool of this workspace cannot be looked at without being used.
    assert.equal((await programs(world.vic)).status, 403);
    await share('private');
    await untilStatus(world.ben, 404);
  });

  it('opens for a link once, under the name of the workspace alone', async () => {
    const { signIn } = await world.ada.api.workspaces.address({ workspaceId: id });
    const { pathname, search } = new URL(signIn);
    const other = await ask(own.origin, `${pathname}${search}`, { host: 'localhost' });
    assert.equal(other.status, 401);
    const link = new URL((await world.ada.api.workspaces.address({ workspaceId: id })).signIn);
    const first = await ask(link.origin, `${link.pathname}${link.search}`);
    assert.equal(first.status, 303);
    assert.match(String(first.headers['set-cookie']), /HttpOnly; SameSite=Lax/);
    assert.equal((await ask(link.origin, `${link.pathname}${link.search}`)).status, 401);
  });

  it('takes a session for its own workspace, name and pages alone', async () => {
    const cookie = own.cookie;
    const status = async (options: Parameters<typeof ask>[2], path = `${own.path}echo`) =>
      (await ask(own.origin, path, { ...options, headers: { cookie, ...options?.headers } })).status;
    assert.equal(await status({}), 200);
    assert.equal(await status({ host: '127.0.0.1' }), 401);
    assert.equal(await status({ host: 'evil.example' }), 401);
    assert.equal(await status({ method: 'POST', headers: { origin: 'http://evil.example' } }), 401);
    assert.equal(await status({ headers: { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'no-cors' } }), 401);
    const forged = `${cookie.slice(0, -4)}AAAA`;
    assert.equal((await ask(own.origin, `${own.path}echo`, { headers: { cookie: forged } })).status, 401);
    assert.equal((await ask(own.origin, `${own.path}echo`)).status, 401);
  });

  it('is no way around by paths', async () => {
    const { cookie } = own;
    const { id: second } = await world.ben.api.workspaces.create(wanted);
    const paths = [
      `/workspaces/${id}/../${second}/echo`,
      `/workspaces/${id}/%2e%2e/${second}/echo`,
      `/workspaces/${id}%2f..%2f${second}/echo`,
      `/workspaces/${second}/echo`,
      `/workspaces/${id.toUpperCase()}/echo`,
      `//workspaces/${id}/echo`,
      `/rpc`,
      `/api/workspaces`,
      `http://evil.example/workspaces/${id}/echo`,
    ];
    for (const path of paths) {
      const { status, text } = await ask(own.origin, path, { headers: { cookie } });
      // What stays under the own path goes to the own tool, which has no such page.
      assert.ok([401, 404].includes(status), `${path}: ${status} ${text}`);
    }
    await world.ben.api.workspaces.stop({ workspaceId: second });
    await untilState(world.ben.api, second, 'stopped');
  });

  it('keeps the cookies and redirects of a tool where the tool is', async () => {
    const { headers } = await ask(own.origin, `${own.path}cookies`, { headers: { cookie: own.cookie } });
    assert.deepEqual(headers['set-cookie'], [`plain=1; Path=${own.path}`]);
    assert.equal(headers['clear-site-data'], undefined);
    assert.equal(headers['service-worker-allowed'], own.path);
    const away = await ask(own.origin, `${own.path}away`, { headers: { cookie: own.cookie } });
    assert.equal(away.headers.location, `${own.path}echo?after=1`);
  });

  it('is not believed by the server: a page of a tool is a foreign page to it', async () => {
    const headers = { origin: own.origin, cookie: own.cookie };
    assert.equal((await ask(world.server.url, '/api/projects', { headers })).status, 403);
    // Neither does the session of a workspace count there, nor that of the server here.
    assert.equal((await ask(world.server.url, '/', { headers: { cookie: own.cookie } })).status, 303);
  });

  it('passes WebSockets for whoever may, and no others', async () => {
    const address = `${own.origin.replace('http', 'ws')}${own.path}`;
    const open = (headers: Readonly<Record<string, string>>) =>
      new WebSocket(address.replace(new URL(own.origin).hostname, '127.0.0.1'), {
        headers: { host: new URL(own.origin).host, ...headers },
      });
    const socket = open({ cookie: own.cookie, origin: own.origin });
    await once(socket, 'open');
    socket.send('hello');
    const [data] = await once(socket, 'message');
    assert.equal(String(data), 'echo hello');
    socket.close();
    const refused: readonly Readonly<Record<string, string>>[] = [
      { cookie: own.cookie },
      { cookie: own.cookie, origin: 'http://evil.example' },
      { origin: own.origin },
      { authorization: `Bearer ${world.ben.token}` },
    ];
    for (const headers of refused) {
      const [error] = (await once(open(headers), 'error')) as [Error];
      assert.match(error.message, /40[14]/, JSON.stringify(headers));
    }
    assert.equal((await untilWorkspace(world.ada.api, id, () => true)).state, 'ready');
  });

  it('makes a tool wait for a browser that reads slowly, and keeps nothing for it', async () => {
    const { port } = new URL(own.origin);
    const socket = connect({ host: '127.0.0.1', port: Number(port) });
    await once(socket, 'connect');
    socket.write(`GET ${own.path}flood HTTP/1.1\r\nhost: ${new URL(own.origin).host}\r\ncookie: ${own.cookie}\r\n\r\n`);
    await once(socket, 'readable');
    socket.destroy();
    // The tool notes how far it got when it was let go of: it had 512 MiB to send.
    const noted = async () =>
      Number((await ask(own.origin, `${own.path}flooded`, { headers: { cookie: own.cookie } })).text);
    for (const deadline = Date.now() + 20_000; (await noted()) === 0; ) assert.ok(Date.now() < deadline);
    assert.ok((await noted()) < 100, `${await noted()} MiB`);
  });

  it('hands a tool neither the token nor the session that let somebody in', async () => {
    const told = JSON.parse((await programs(world.ada)).text);
    assert.equal(told.headers.authorization, undefined);
    assert.equal(told.env.FLYWHEEL_TOKEN.includes(world.ada.token), false);
    // What it has counts in its project, and opens no other workspace.
    const inside = { ...world.ada, token: told.env.FLYWHEEL_TOKEN };
    const { id: second } = await world.ada.api.workspaces.create({ ...wanted, name: 'Another' });
    await untilState(world.ada.api, second, 'ready');
    const { url } = await world.ada.api.workspaces.address({ workspaceId: second });
    const headers = { authorization: `Bearer ${inside.token}` };
    assert.equal((await ask(new URL(url).origin, `/workspaces/${second}/echo`, { headers })).status, 404);
    assert.equal((await programs(inside)).status, 200);
    await world.ada.api.workspaces.stop({ workspaceId: second });
    await untilState(world.ada.api, second, 'stopped');
  });
});
