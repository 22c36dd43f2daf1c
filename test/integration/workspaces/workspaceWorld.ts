/** A server with a project, people, and an environment whose tool echoes: what tests of workspaces begin with. */
import { request } from 'node:http';
import { join } from 'node:path';
import type { CreateWorkspaceInput, Workspace } from '../../../protocol/model/workspace.ts';
import { openClient, type TestClient } from '../../harness/client.ts';
import { projectWithCode } from '../../harness/projectWithCode.ts';
import { startServer, type TestServer } from '../../harness/server.ts';

const tools = join(import.meta.dirname, '../../fixtures/tools');
const manifest = join(import.meta.dirname, '../../../package.json');

export const echo = {
  name: 'echo',
  command: `ECHO_TOOL_REQUIRE='${manifest}' exec '${process.execPath}' '${join(tools, 'echoTool.mjs')}'`,
};

/** Ends by itself. */
const short = { name: 'short', command: 'echo "no licence found"; exit 3' };

export type Person = { readonly api: TestClient; readonly token: string };

export type World = AsyncDisposable & {
  readonly server: TestServer;
  readonly admin: Person;
  /** Owner, contributor and viewer of the project, and somebody who is not in it. */
  readonly ada: Person;
  readonly ben: Person;
  readonly vic: Person;
  readonly eve: Person;
  readonly commit: string;
};

export async function workspaceWorld(options: Parameters<typeof startServer>[0] = {}): Promise<World> {
  await using owned = new AsyncDisposableStack();
  const server = owned.use(await startServer(options));
  const enter = async (token: string): Promise<Person> => {
    const client = owned.use(await openClient({ url: server.url, token }));
    return { api: client.api, token };
  };
  const admin = await enter(server.token);
  const files = { 'train.py': 'print("hello")\n', 'folder/data.csv': '1,2\n' };
  const { commit } = await projectWithCode({ ...server, api: admin.api }, { id: 'iris', files });
  const devcontainer = JSON.stringify({ image: 'python:3', customizations: { flywheel: { tools: [echo, short] } } });
  const definition = { kind: 'container', devcontainer, requirements: 'six==1.17.0\n' } as const;
  await admin.api.environments.create({ id: 'tools', definition });
  const person = async (id: string, role: 'owner' | 'contributor' | 'viewer' | null) => {
    await admin.api.session.createUser({ id, name: id });
    if (role !== null) await admin.api.projects.setMember({ projectId: 'iris', userId: id, role });
    const { secret } = await admin.api.session.createToken({ name: 'test', userId: id, expiresInDays: null });
    return enter(secret);
  };
  const people = {
    ada: await person('ada', 'contributor'),
    ben: await person('ben', 'contributor'),
    vic: await person('vic', 'viewer'),
    eve: await person('eve', null),
  };
  const rest = owned.move();
  return { server, admin, ...people, commit, [Symbol.asyncDispose]: () => rest.disposeAsync() };
}

export const wanted: CreateWorkspaceInput = {
  projectId: 'iris',
  tool: 'echo',
  environmentId: 'tools',
  tierId: 'small',
  idleMinutes: 60,
};

export async function untilState(api: TestClient, workspaceId: string, state: Workspace['state']): Promise<Workspace> {
  return untilWorkspace(api, workspaceId, (workspace) => workspace.state === state);
}

export async function untilWorkspace(
  api: TestClient,
  workspaceId: string,
  isSo: (workspace: Workspace) => boolean,
): Promise<Workspace> {
  for (const deadline = Date.now() + 60_000; ; await new Promise((resolve) => setTimeout(resolve, 50))) {
    const workspace = await api.workspaces.get({ workspaceId });
    if (isSo(workspace)) return workspace;
    if (Date.now() > deadline) throw new Error(`still ${workspace.state}: ${workspace.detail} ${workspace.output}`);
  }
}

export type Answered = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
};

type Asked = { readonly headers?: Readonly<Record<string, string>>; readonly method?: string; readonly host?: string };

/** One request as it is written, without anything that a client would tidy up. */
export function ask(
  origin: string,
  path: string,
  { headers = {}, method = 'GET', host }: Asked = {},
): Promise<Answered> {
  const { port, hostname, host: authority } = new URL(origin);
  return new Promise((resolve, reject) => {
    const to = { host: hostname.endsWith('localhost') ? '127.0.0.1' : hostname, port, path, method, agent: false };
    const asked = request({ ...to, headers: { host: host ?? authority, ...headers } }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (piece: string) => {
        text += piece;
      });
      response.once('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
    });
    asked.once('error', reject);
    asked.end();
  });
}

/** A browser's way in: the link, and the session that it begins. */
export async function enter(
  api: TestClient,
  workspaceId: string,
): Promise<{ readonly origin: string; readonly path: string; readonly cookie: string }> {
  const { signIn } = await api.workspaces.address({ workspaceId });
  const url = new URL(signIn);
  const entered = await ask(url.origin, `${url.pathname}${url.search}`);
  const [cookie = ''] = entered.headers['set-cookie'] ?? [];
  return { origin: url.origin, path: url.pathname, cookie: cookie.split(';', 1)[0] ?? '' };
}
