/**
 * The suite inside the real VS Code, with a real server beside it that the
 * suite can have killed and started again. Each of its tests is one here.
 */
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import Mocha from 'mocha';
import { skip } from '../harness/reporter.ts';
import { dataFolder, type SpawnedServer, spawnServer } from '../harness/server.ts';
import { chromiumPath, runInVscode } from '../harness/vscodeHost.ts';
import { ensureVscodeServer } from '../harness/vscodeServer.ts';

type Result = { readonly title: string; readonly state: 'passed' | 'failed' | 'pending'; readonly error: string };

type Outcome = { readonly tests: readonly Result[]; readonly activationMs: number | null };

const root = join(import.meta.dirname, '..', '..');

const files: Readonly<Record<string, string>> = {
  'train.py': [
    'import os, json',
    'def main():',
    "    print('hello from', os.environ['FLYWHEEL_RUN_ID'])",
    "    os.makedirs('outputs', exist_ok=True)",
    "    json.dump({'accuracy': 0.9}, open('outputs/result.json', 'w'))",
    '',
    "if __name__ == '__main__':",
    '    main()',
    '',
  ].join('\n'),
  'endless.py': "import time\nprint('waiting', flush=True)\nwhile True: time.sleep(0.1)\n",
  'library.py': 'def double(x):\n    return 2 * x\n',
};

/** One server after another on one data folder. */
class RestartableServer {
  readonly data: string;
  #server: SpawnedServer | null = null;

  constructor(data: string) {
    this.data = data;
  }

  async start(): Promise<void> {
    this.#server = await spawnServer({ data: this.data });
  }

  async kill(): Promise<void> {
    await this.#server?.kill();
    this.#server = null;
  }
}

/** What the suite asks for over HTTP, because it runs in another process: `POST /kill`, `POST /start`. */
async function serveControl(server: RestartableServer): Promise<Server> {
  const control = createServer((request, response) => {
    const work = request.url === '/kill' ? server.kill() : server.start();
    void work.then(
      () => response.end('done'),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  await new Promise<void>((resolve) => control.listen(0, '127.0.0.1', resolve));
  return control;
}

async function makeWorkspace(folder: string): Promise<string> {
  const workspace = join(folder, 'workspace');
  await mkdir(workspace);
  for (const [name, text] of Object.entries(files)) await writeFile(join(workspace, name), text);
  return workspace;
}

/** Mocha stays outside: the extension host finds it beside the bundle's folder. */
async function compile(): Promise<string> {
  const outfile = join(root, 'dist', 'test-host', 'index.cjs');
  const entry = join(root, 'test', 'host', 'suite', 'index.ts');
  execFileSync(process.execPath, [join(root, 'scripts', 'build.ts'), 'extension'], { cwd: root });
  const external = ['vscode', 'mocha', 'bufferutil', 'utf-8-validate'];
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external,
  });
  return outfile;
}

async function runSuite(): Promise<Outcome> {
  await using owned = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'flywheel-host-'));
  owned.defer(() => rm(folder, { recursive: true, force: true }));
  const server = new RestartableServer(owned.use(await dataFolder()).path);
  await server.start();
  owned.defer(() => server.kill());
  const control = await serveControl(server);
  owned.defer(() => void control.close());
  const results = join(folder, 'results.json');
  const env = {
    FLYWHEEL_DATA: server.data,
    FLYWHEEL_TEST_RESULTS: results,
    FLYWHEEL_TEST_CONTROL: `http://127.0.0.1:${(control.address() as AddressInfo).port}`,
  };
  const suite = await compile();
  const text = await runInVscode({ suite, workspace: await makeWorkspace(folder), env, results, deadlineMs: 300_000 });
  return JSON.parse(text) as Outcome;
}

/** For the bench, which has no editor of its own. */
async function keepActivation(milliseconds: number | null): Promise<void> {
  if (milliseconds === null) return;
  const folder = join(root, 'test', 'output');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'activation.json'), JSON.stringify({ milliseconds }));
}

function toTest({ title, state, error }: Result): Mocha.Test {
  return new Mocha.Test(title, function (this: Mocha.Context) {
    if (state === 'pending') this.skip();
    if (state === 'failed') throw new Error(error);
  });
}

describe('inside VS Code', () => {
  let missing: string | null = null;
  before(async function () {
    if (!chromiumPath()) missing = 'there is no Chromium';
    await ensureVscodeServer().catch((error: Error) => {
      missing = error.message;
    });
    if (missing) return;
    const { tests, activationMs } = await runSuite();
    await keepActivation(activationMs);
    for (const result of tests) this.test?.parent?.addTest(toTest(result));
  });

  it('runs the suite to its end', function () {
    if (missing) skip(this, missing);
  });
});
