/**
 * The real server with a project in it, and runs of the example that reads
 * digits, launched by the command line as a person would.
 */
import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openClient, type TestClient } from '../harness/client.ts';
import { startServer } from '../harness/server.ts';

const cli = join(import.meta.dirname, '..', '..', 'cli', 'flywheel.ts');
const example = join(import.meta.dirname, '..', '..', 'examples', 'digits');

export type TrainingServer = AsyncDisposable & {
  readonly server: Address;
  readonly api: TestClient;
  /** A copy of the example, outside of any repository. */
  readonly folder: string;
  /** Launches in project `digits`; answers the run's id. */
  launch(launch: { name: string; parameters?: Record<string, string | number>; command?: string }): Promise<string>;
};

type Address = { readonly url: string; readonly token: string };

export async function startTrainingServer(): Promise<TrainingServer> {
  await using owned = new AsyncDisposableStack();
  const training = await trainOn(owned.use(await startServer()));
  owned.use(training);
  const all = owned.move();
  return { ...training, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

/** The same on a server that the test has. */
export async function trainOn(server: Address): Promise<TrainingServer> {
  await using owned = new AsyncDisposableStack();
  const { api } = owned.use(await openClient(server));
  const folder = await mkdtemp(join(tmpdir(), 'flywheel-digits-'));
  owned.defer(() => rm(folder, { recursive: true, force: true }));
  await cp(example, folder, { recursive: true });
  await api.projects.create({ id: 'digits', name: 'Handwritten digits', description: 'Digits in small pictures' });
  const launch: TrainingServer['launch'] = async ({ name, parameters = {}, command = 'python3 train.py' }) => {
    const chosen = Object.entries(parameters).flatMap(([key, value]) => ['--param', `${key}=${value}`]);
    const words = ['runs', 'launch', '--json', '--project', 'digits', '--name', name, ...chosen, '--', command];
    const env = { ...process.env, FLYWHEEL_URL: server.url, FLYWHEEL_TOKEN: server.token };
    const { stdout } = await promisify(execFile)(process.execPath, [cli, ...words], { cwd: folder, env });
    return (JSON.parse(stdout) as { id: string }).id;
  };
  const all = owned.move();
  return { server, api, folder, launch, [Symbol.asyncDispose]: () => all.disposeAsync() };
}
