/** A canary secret: a real run prints it in every way, and it is found nowhere afterwards but with the job itself. */
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { openClient, type TestClient } from '../../harness/client.ts';
import { projectWithCode } from '../../harness/projectWithCode.ts';
import { startServer, type TestServer } from '../../harness/server.ts';
import { cli } from '../cli/cli.ts';

const canary = 'canary/7f3b+secret=value';
const own = 'own-canary-91ab';

const script = `
import base64, json, os, sys, time
value = os.environ["CANARY"]
print("value", value)
print("base64", base64.b64encode(value.encode()).decode())
print("inside", base64.b64encode(("user:" + value + "\\n").encode()).decode())
print("json", json.dumps({"a": value}))
for letter in value:
    sys.stdout.write(letter)
    sys.stdout.flush()
    time.sleep(0.01)
print()
path = os.environ["OWN"]
print("file", oct(os.stat(path).st_mode)[-3:], open(path).read())
print("done", len(value), file=sys.stderr)
`;

async function ended(api: TestClient, runId: string) {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; ) {
    const run = await api.runs.get({ runId });
    if (run.endedAt !== null) return run;
    for await (const _ of await api.runs.logs({ runId, follow: true }));
  }
  throw new Error('the run did not end');
}

async function logOf(api: TestClient, runId: string): Promise<string> {
  let text = '';
  for await (const chunk of await api.runs.logs({ runId, follow: false }))
    if (chunk.kind === 'text') text += chunk.text;
  return text;
}

/** A job's folder goes a moment after its run has ended; what is left then is what is kept. */
async function jobsGone(folder: string): Promise<void> {
  for (const deadline = Date.now() + 30_000; Date.now() < deadline; await delay(50)) {
    const left = await readdir(join(folder, 'jobs'));
    if (left.every((name) => name === '.compiled')) return;
  }
  throw new Error('the folder of the job is still there');
}

/** Files of the data folder in which one of the texts stands, in any of these forms. */
async function filesWith(folder: string, values: readonly string[]): Promise<readonly string[]> {
  const forms = values.flatMap((value) => [value, Buffer.from(value).toString('base64').replace(/=+$/, '')]);
  const found: string[] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const content = await readFile(join(entry.parentPath, entry.name));
    if (forms.some((form) => content.includes(form))) found.push(join(entry.parentPath, entry.name));
  }
  return found;
}

describe('secrets', function () {
  this.timeout(120_000);
  let server: TestServer;
  let client: Awaited<ReturnType<typeof openClient>>;
  before(async () => {
    server = await startServer();
    client = await openClient(server);
  });
  after(async () => {
    await client?.close();
    await server?.[Symbol.asyncDispose]();
  });

  const place = (code: Awaited<ReturnType<typeof projectWithCode>>) =>
    ({ projectId: 'canary', environmentId: 'system', tierId: 'small', code }) as const;

  it('reach the job, and nothing that is kept or shown', async () => {
    const { api } = client;
    const code = await projectWithCode({ ...server, api }, { id: 'canary', files: { 'leak.py': script } });
    await api.secrets.set({ projectId: 'canary', name: 'CANARY', value: canary });
    await api.secrets.setOwn({ name: 'OWN', value: own });
    const { id } = await api.runs.launch({
      ...place(code),
      command: 'python3 leak.py',
      secrets: [{ name: 'CANARY' }, { name: 'OWN', from: 'own', as: 'file' }],
    });
    const run = await ended(api, id);
    const log = await logOf(api, id);
    assert.equal(run.state, 'succeeded', `${run.detail}\n${log}`);
    assert.match(log, new RegExp(`^value \\*{${canary.length}}$`, 'm'));
    assert.match(log, /^json {"a": "\*+"}$/m);
    assert.match(log, /^file 600 \*+$/m);
    assert.match(log, new RegExp(`^done ${canary.length}$`, 'm'));
    const shown = JSON.stringify([
      run,
      log,
      await api.secrets.list({ projectId: 'canary' }),
      await api.secrets.listOwn(),
    ]);
    const told = JSON.stringify(await api.events.list({ limit: 500 }));
    for (const value of [canary, own]) assert.ok(!`${shown}${told}`.includes(value));
    const events = await api.events.list({ runId: id });
    assert.deepEqual(
      events.filter(({ type }) => type === 'secret.read').map(({ detail }) => detail.name),
      ['OWN', 'CANARY'],
    );
    await jobsGone(server.data);
    assert.deepEqual(await filesWith(server.data, [canary, own]), []);
  });

  it('are taken from standard input by the command line', async () => {
    const env = { FLYWHEEL_URL: server.url, FLYWHEEL_TOKEN: server.token };
    const set = await cli(['secret', 'set', 'FROM_PIPE', '--project', 'canary'], { env, input: 'piped-value-1\n' });
    assert.equal(set.code, 0, set.err);
    assert.ok(!`${set.out}${set.err}`.includes('piped-value-1'));
    const short = await cli(['secret', 'set', 'SHORT', '--project', 'canary'], { env, input: 'abc' });
    assert.equal(short.code, 1);
    assert.match(short.err, /at least 8 bytes/);
    const list = await cli(['secret', 'list', '--project', 'canary'], { env });
    assert.match(list.out, /FROM_PIPE/);
  });

  it('leave their traces in the log that an administrator writes out', async () => {
    const env = { FLYWHEEL_URL: server.url, FLYWHEEL_TOKEN: server.token };
    const { code, out, err } = await cli(['audit', 'export'], { env });
    assert.equal(code, 0, err);
    const types = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).type);
    for (const type of ['secret.set', 'secret.read', 'run.created']) assert.ok(types.includes(type), type);
  });

  it('that are missing refuse the launch by name, and those of the system cannot be set', async () => {
    const { api } = client;
    const [newest] = (await api.runs.list({ projectId: 'canary' })).items;
    const { code } = await api.runs.get({ runId: newest?.id ?? '' });
    const input = { ...place(code!), command: 'true' };
    await assert.rejects(api.runs.launch({ ...input, secrets: [{ name: 'NONE' }] }), /The project has no secret NONE/);
    await assert.rejects(api.secrets.set({ projectId: 'canary', name: 'FLYWHEEL_TOKEN', value: 'x'.repeat(10) }));
  });
});
