/** Backends that can run workspaces: a folder that outlives its jobs, and byte streams to the ports of a job. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Duplex } from 'node:stream';
import { listWorkTree } from '../../../client/snapshot/listWorkTree.ts';
import type { ComputeBackend, JobHandle } from '../../../server/domain/compute/ports.ts';
import { temporaryFolder } from '../../harness/temporaryFolder.ts';
import {
  type ComputeTarget,
  codeFile,
  endOf,
  jobSpec,
  type OpenTarget,
  openTarget,
  run,
  systemRevision,
} from './computeTarget.ts';

const volume = '0123456789abcdef';
const other = 'fedcba9876543210';
/** A hundred thousand take longer: so many where FLYWHEEL_TEST_FILES says so. */
const many = Number(process.env.FLYWHEEL_TEST_FILES ?? 5000);
/** Says which of the two it listens on, and repeats what it is sent. */
const repeater = `python3 -c '
import os, socket
path = os.environ.get("FLYWHEEL_SOCKET_TOOL") if os.environ.get("BY_SOCKET") else None
server = socket.socket(socket.AF_UNIX if path else socket.AF_INET)
server.bind(path or ("127.0.0.1", int(os.environ["FLYWHEEL_PORT_TOOL"])))
server.listen()
while True:
    peer, _ = server.accept()
    peer.sendall(b"again " + peer.recv(1000))
    peer.close()
'`;

export function describeVolumes(target: ComputeTarget): void {
  describe(`volumes and ports of ${target.name}`, function () {
    this.timeout(60_000);
    let open: OpenTarget;
    before(async function () {
      open = await openTarget(this, target);
    });
    after(() => open.close());

    it('keep a work folder from job to job, and put code in when it is new alone', async () => {
      const { backend } = open;
      await run(
        backend,
        jobSpec('cat a.txt; echo mine > b.txt; echo kept > "$FLYWHEEL_HOME/own"', {
          volume,
          code: [codeFile('a.txt', 'one')],
        }),
      );
      const wish = { volume, code: [codeFile('a.txt', 'two')] };
      const { output } = await run(open.restart(), jobSpec('cat a.txt b.txt "$FLYWHEEL_HOME/own"', wish));
      assert.equal(output.text, 'onemine\nkept\n');
      await using opened = (await backend.openVolume?.(volume, systemRevision)) ?? null;
      assert.equal(await readFile(join(opened?.work ?? '', 'b.txt'), 'utf8'), 'mine\n');
    });

    it('tell what is to be saved and leave out the rest, again and again, however the folder changes', async () => {
      const { backend } = open;
      const wish = {
        volume: other,
        code: [codeFile('.gitignore', '*.log\nkept/\n'), codeFile('kept/a.txt', 'tracked')],
      };
      const first = [
        'mkdir -p sub/deep "odd name" node_modules/x && echo 1 > sub/deep/1.txt && echo x > sub/deep/run.log',
        'echo y > "odd name/-y" && echo z > node_modules/x/z.js && ln -s sub/deep link && ln -s /etc/passwd away',
        'echo two > swap && chmod +x swap && ln sub/deep/1.txt sub/second && truncate -s 200M large.bin',
        'mkdir -p "$FLYWHEEL_HOME/venv/lib/python3.11/site-packages/six-1.17.0.dist-info"',
      ];
      await run(backend, jobSpec(first.join(' && '), wish));
      const shared = ['.gitignore', 'kept/a.txt', 'odd name/-y', 'sub/deep/1.txt', 'sub/second'];
      assert.deepEqual(await savedOf(backend), [...shared, 'away', 'large.bin', 'link', 'swap'].sort());
      // A folder stands where a link to elsewhere was, and a link where a file was; nothing is ignored any more.
      const second = [
        'rm away large.bin swap .gitignore && mkdir away && echo inside > away/passwd && ln -s away swap',
        'echo longer > sub/deep/1.txt',
      ];
      await run(backend, jobSpec(second.join(' && '), { volume: other }));
      const now = ['away/passwd', 'kept/a.txt', 'link', 'odd name/-y', 'sub/deep/1.txt', 'sub/deep/run.log'];
      assert.deepEqual(await savedOf(backend), [...now, 'sub/second', 'swap'].sort());
      await using opened = (await backend.openVolume?.(other, systemRevision)) ?? null;
      assert.equal(await readFile(join(opened?.work ?? '', 'away/passwd'), 'utf8'), 'inside\n');
      assert.equal(await readFile(join(opened?.work ?? '', 'sub/second'), 'utf8'), 'longer\n');
      assert.deepEqual(await readdir(join(opened?.home ?? '', 'venv/lib/python3.11/site-packages')), [
        'six-1.17.0.dist-info',
      ]);
    });

    it(`tell of ${many} files without holding up the server, and then of what is new alone`, async () => {
      const { backend } = open;
      const make = `python3 -c '
import os
for at in range(${many}):
    if at % 1000 == 0: os.makedirs(f"many/{at // 1000}", exist_ok=True)
    open(f"many/{at // 1000}/{at}.txt", "w").write(f"file {at}\\n")
'`;
      await run(backend, jobSpec(make, { volume: other }));
      const delay = monitorEventLoopDelay({ resolution: 5 });
      delay.enable();
      const first = await timed(() => savedOf(backend, many + 100));
      assert.ok(first.value.length >= many, `${first.value.length} files`);
      await run(backend, jobSpec('echo new > many/0/new.txt', { volume: other }));
      const second = await timed(() => savedOf(backend, many + 100));
      delay.disable();
      assert.equal(second.value.length, first.value.length + 1);
      assert.ok(delay.max / 1e6 < 1000, `the server stood still for ${delay.max / 1e6} ms`);
      if (process.env.FLYWHEEL_TEST_FILES)
        console.log(`      ${first.ms} ms, then ${second.ms} ms, ${delay.max / 1e6} ms`);
    }).timeout(300_000);

    it('are gone for good once removed, and make no work again', async () => {
      const { backend } = open;
      await backend.removeVolume?.(volume);
      await backend.removeVolume?.(volume);
      assert.equal(await backend.openVolume?.(volume, systemRevision), null);
    });

    it('refuse an id that is a path', async () => {
      await assert.rejects(async () => open.backend.removeVolume?.('../jobs'), { reason: 'invalid-input' });
    });

    it('bring a program of this machine with the packages that it needs, again and again', async () => {
      await using folder = await temporaryFolder();
      const at = (path: string) => join(folder.path, 'node_modules', path);
      for (const name of ['hello/bin', 'word']) await mkdir(at(name), { recursive: true });
      await writeFile(at('hello/package.json'), JSON.stringify({ name: 'hello', dependencies: { word: '1' } }));
      await writeFile(at('word/index.js'), 'module.exports = "hello";');
      const script = `#!${process.execPath}\nconsole.log(require('word'), process.argv[2]);`;
      await writeFile(at('hello/bin/hello.js'), script, { mode: 0o755 });
      const programs = [{ variable: 'HELLO', file: at('hello/bin/hello.js') }];
      for (const name of ['you', 'again']) {
        const { output } = await run(open.restart(), jobSpec(`"$HELLO" ${name}`, { programs }));
        assert.equal(output.text, `hello ${name}\n`);
      }
    });

    for (const variables of [{ BY_SOCKET: 'yes' }, { BY_SOCKET: '' }]) {
      it(`reach what listens on the ${variables.BY_SOCKET ? 'socket' : 'number'} that the job was given, and no other port`, async () => {
        const { backend } = open;
        const handle = await backend.submit(jobSpec(repeater, { variables, ports: ['tool', 'debug'] }));
        const stream = await connected(backend, handle);
        stream.write('hello');
        const [data] = (await once(stream, 'data')) as [Buffer];
        assert.equal(data.toString(), 'again hello');
        await assert.rejects(async () => backend.connect?.(handle, 'debug'));
        await assert.rejects(async () => backend.connect?.(handle, 'other'), { reason: 'not-found' });
        await assert.rejects(async () => backend.connect?.(handle, 'constructor'), { reason: 'not-found' });
        await backend.stop(handle, { graceMs: 0 });
        await endOf(backend, handle);
        await assert.rejects(async () => backend.connect?.(handle, 'tool'));
        await backend.remove(handle);
      });
    }
  });
}

/** What a save takes of the volume: its ignored files may lie there or not. */
async function savedOf(backend: ComputeBackend, files = 1000): Promise<readonly string[]> {
  await using opened = (await backend.openVolume?.(other, systemRevision)) ?? null;
  const root = opened?.work ?? '';
  const repository = { root, folder: '', store: join(root, '.none'), gitDir: null, branch: null, head: null };
  const tracked = new Set(['.gitignore', 'kept/a.txt']);
  const limits = { fileBytes: 2 ** 30, totalBytes: 2 ** 32, files };
  const outside: string[] = [];
  const options = { limits, signal: new AbortController().signal, leaveOut: (path: string) => outside.push(path) };
  const listed = await listWorkTree(repository, tracked, options);
  return [...listed.map(({ path }) => path), ...outside].sort();
}

async function timed<T>(work: () => Promise<T>): Promise<{ readonly ms: number; readonly value: T }> {
  const begun = performance.now();
  const value = await work();
  return { ms: Math.round(performance.now() - begun), value };
}

async function connected(backend: ComputeBackend, handle: JobHandle): Promise<Duplex> {
  for (const deadline = Date.now() + 20_000; ; await new Promise((resolve) => setTimeout(resolve, 50))) {
    const stream = await backend.connect?.(handle, 'tool').catch(() => null);
    if (stream) return stream;
    if (Date.now() > deadline) throw new Error('nothing listens');
  }
}
