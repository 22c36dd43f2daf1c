/** A workspace in a container of an engine of its own, whose tool can also be asked directly. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openClient, type TestClient } from '../../harness/client.ts';
import { dockerEngine } from '../../harness/dockerEngine.ts';
import { projectWithCode } from '../../harness/projectWithCode.ts';
import { startServer } from '../../harness/server.ts';
import { dockerData } from '../../integration/docker/dockerServer.ts';
import { untilState } from '../../integration/workspaces/workspaceWorld.ts';

export type ContainerTool = AsyncDisposable & {
  readonly api: TestClient;
  readonly id: string;
  readonly address: string;
  readonly port: number;
};

const fixture = join(import.meta.dirname, '../../fixtures/tools/echoTool.py');

/** The reason in words when there can be none here. */
export async function containerTool(): Promise<ContainerTool | string> {
  await using owned = new AsyncDisposableStack();
  const engine = await dockerEngine();
  if (typeof engine === 'string') return engine;
  owned.use(engine);
  const problem = await engine.load('python');
  if (problem !== null) return problem;
  const folder = owned.use(await dockerData(engine, { image: 'python', tier: { cpus: 2 } }));
  const server = owned.use(await startServer({ data: folder.path }));
  const { api } = owned.use(await openClient(server));
  const files = { 'tool.py': await readFile(fixture, 'utf8') };
  const { commit } = await projectWithCode({ ...server, api }, { id: 'near', files });
  const flywheel = { tools: [{ name: 'echo', command: 'OPEN=1 python3 tool.py' }] };
  const devcontainer = JSON.stringify({ image: 'flywheel-test/python', customizations: { flywheel } });
  await api.environments.create({ id: 'tools', definition: { kind: 'container', devcontainer } });
  const wish = { projectId: 'near', environmentId: 'tools', tierId: 'box', tool: 'echo', commit, idleMinutes: 60 };
  const { id } = await api.workspaces.create(wish);
  await untilState(api, id, 'ready');
  const [container] = await engine.docker.listContainers();
  const [network] = Object.values(container?.NetworkSettings.Networks ?? {});
  const rest = owned.move();
  const close = () => rest.disposeAsync();
  return { api, id, address: network?.IPAddress ?? '', port: 21_000, [Symbol.asyncDispose]: close };
}
