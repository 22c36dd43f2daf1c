import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServer, type TestServer } from '../../harness/server.ts';
import { WorkTree } from '../../unit/client/workTree.ts';
import { cli, type Running, startCli } from './cli.ts';

async function until(what: string, isSo: () => boolean): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!isSo()) {
    if (Date.now() > deadline) throw new Error(`not in time: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('the flywheel command', () => {
  let server: TestServer;
  let folder: string;
  const here = () => ({ env: { FLYWHEEL_DATA: server.data, FLYWHEEL_CACHE: join(folder, 'cache') } });

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'flywheel-cli-'));
    server = await startServer();
  });
  after(async () => {
    await server?.[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  const launch = (...words: string[]) => ['runs', 'launch', '--project', 'default', ...words];

  it('launches the files of a folder, follows the output and tells the end', async () => {
    using tree = new WorkTree()
      .init()
      .write({ 'hello.sh': 'echo "hello $1 from $(cat data.txt)"', 'data.txt': 'here' });
    const args = launch('--follow', '--name', 'first', '--param', 'who=a b', '--', 'sh hello.sh {who}');
    const { code, out, err } = await cli(args, { ...here(), cwd: tree.folder });
    assert.equal(code, 0, err);
    assert.equal(out, 'hello a b from here\n');
    assert.match(err, /Launched first: http.*\/runs\//);
    assert.match(err, /Run first succeeded after/);
  });

  it('says what could not be the same, and launches a run again', async () => {
    using tree = new WorkTree().init().write({ 'say.sh': 'echo "seed $1"' });
    const args = launch('--json', '--follow', '--name', 'one', '--param', 'seed=7', '--', 'sh say.sh {seed}');
    const first = await cli(args, { ...here(), cwd: tree.folder });
    assert.equal(first.code, 0, first.err);
    const { id } = JSON.parse(first.out.split('\n')[0] ?? '') as { id: string };
    const plan = await cli(['runs', 'reproduce', id, '--plan'], { ...here(), cwd: folder });
    assert.equal(plan.code, 0, plan.err);
    assert.match(plan.out, /^seed +same +seed 7$/m);
    assert.match(plan.out, /^data +unknown /m);
    const again = await cli(['runs', 'reproduce', id, '--follow'], { ...here(), cwd: folder });
    assert.equal(again.code, 0, again.err);
    assert.equal(again.out, 'seed 7\n');
    assert.match(again.err, /Not the same: .*\nLaunched one again: http/s);
    const none = await cli(['runs', 'reproduce', 'none'], { ...here(), cwd: folder });
    assert.equal(none.code, 1);
    assert.match(none.err, /no run/i);
    const gone = await cli(['runs', 'reproduce', id, '--tier', 'none'], { ...here(), cwd: folder });
    assert.match(gone.err, /There is no hardware tier none/);
  });

  it('ends with 1 when the followed run fails', async () => {
    using tree = new WorkTree().write({ 'a.txt': '' });
    const { code, err } = await cli(launch('--follow', '--', 'sh', '-c', 'exit 3'), { ...here(), cwd: tree.folder });
    assert.equal(code, 1, err);
    assert.match(err, /failed after/);
  });

  it('leaves the run running on Ctrl+C and says so; stop ends it', async () => {
    using tree = new WorkTree().write({ 'a.txt': '' });
    const args = launch('--follow', '--json', '--', 'echo started; sleep 300');
    const running: Running = startCli(args, { ...here(), cwd: tree.folder });
    await until('the output', () => running.out().includes('started\n'));
    running.child.kill('SIGINT');
    const { code, out, err } = await running.ended;
    assert.equal(code, 130);
    assert.match(err, /goes on\. Watch it with `flywheel runs logs \w+ --follow`/);
    const { id } = JSON.parse(out.split('\n')[0] ?? '');
    const listed = await cli(['runs', 'list', '--json', '--state', 'running'], here());
    assert.deepEqual(
      JSON.parse(listed.out).map((run: { id: string }) => run.id),
      [id],
    );
    const followed = startCli(['runs', 'logs', id, '--follow'], here());
    const stopped = await cli(['runs', 'stop', id], here());
    assert.equal(stopped.code, 0, stopped.err);
    assert.equal((await followed.ended).out, 'started\n');
    assert.equal((await cli(['runs', 'logs', id], here())).out, 'started\n');
  });

  it('lists runs as a table that a terminal does not obey', async () => {
    const { code, out } = await cli(['runs', 'list'], here());
    assert.equal(code, 0);
    assert.match(out, /^RUN +NAME +PROJECT +STATE/);
    assert.match(out, /first +default +succeeded/);
  });

  it('makes a token for one project that can do no more', async () => {
    const made = await cli(['token', 'create', '--project', 'default', '--role', 'viewer', '--days', '3'], here());
    assert.equal(made.code, 0, made.err);
    const asViewer = { env: { ...here().env, FLYWHEEL_URL: server.url, FLYWHEEL_TOKEN: made.out.trim() } };
    assert.equal((await cli(['runs', 'list'], asViewer)).code, 0);
    const refused = await cli(launch('--folder', folder, '--', 'true'), asViewer);
    assert.deepEqual([refused.code, /may not|role/.test(refused.err)], [1, true], refused.err);
  });

  it('makes a backup into a new file only', async () => {
    const file = join(folder, 'copy.tar');
    const { code, err } = await cli(['backup', file], here());
    assert.equal(code, 0, err);
    const again = await cli(['backup', file], here());
    assert.deepEqual([again.code, /exists/.test(again.err)], [1, true]);
  });

  const wrong: readonly (readonly [string, readonly string[], RegExp])[] = [
    ['no server', ['runs', 'list', '--data', '/nowhere'], /No server runs on this machine\. Start one with/],
    [
      'no answer',
      ['runs', 'list', '--url', 'http://127.0.0.1:1', '--token', 'x'],
      /does not answer .*Is the server running/,
    ],
    ['no address', ['runs', 'list', '--url', 'nonsense'], /is no server address/],
    ['another address without a token', ['runs', 'list', '--url', 'http://127.0.0.1:1'], /There is no token for/],
    ['a wrong token', ['runs', 'list', '--token', 'fw_wrong'], /token/i],
    ['an unknown run', ['runs', 'logs', 'unknown'], /unknown/],
    ['an unknown project', ['runs', 'launch', '--project', 'unknown', '--', 'true'], /no project unknown|unknown/],
    ['an unknown tier', ['runs', 'launch', '--project', 'default', '--tier', 'unknown', '--', 'true'], /tier/],
    [
      'an unknown environment',
      ['runs', 'launch', '--project', 'default', '--env', 'unknown', '--', 'true'],
      /environment/,
    ],
    [
      'a folder that is not there',
      ['runs', 'launch', '--project', 'default', '--folder', '/nowhere', '--', 'true'],
      /does not exist/,
    ],
    ['a parameter without a value', ['runs', 'launch', '--param', 'x', '--', 'true'], /name=value/],
  ];
  for (const [name, args, line] of wrong) {
    it(`says in one line what is wrong: ${name}`, async () => {
      using tree = new WorkTree().write({ 'a.txt': '' });
      const { code, out, err } = await cli(args, { ...here(), cwd: tree.folder });
      assert.equal(code, 1, out);
      assert.match(err, line);
      assert.doesNotMatch(err, /\n\s+at /);
      assert.equal(out, '');
    });
  }
});
