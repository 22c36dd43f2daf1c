/** Hostile snapshots, secrets, and what else must never happen. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { CodeEntry } from '../../../server/domain/compute/ports.ts';
import { DomainError } from '../../../server/domain/shared/errors.ts';
import {
  type ComputeTarget,
  codeFile,
  endOf,
  jobSpec,
  type OpenTarget,
  openTarget,
  run,
  untilOutput,
} from './computeTarget.ts';

const hostile: readonly (readonly [string, readonly CodeEntry[]])[] = [
  ['a path that climbs out', [codeFile('../escaped', 'x')]],
  ['one that climbs in the middle', [codeFile('a/../../escaped', 'x')]],
  ['an absolute path', [codeFile('/tmp/escaped', 'x')]],
  ['a path with backslashes', [codeFile('..\\escaped', 'x')]],
  ['an empty path', [codeFile('', 'x')]],
  ['a path with a NUL', [codeFile('a\0b', 'x')]],
  ['a drive letter', [codeFile('C:/escaped', 'x')]],
  ['a link to an absolute path', [codeFile('l', '/etc', 'link')]],
  ['a link that climbs out', [codeFile('a/l', '../../..', 'link')]],
  ['a link that climbs out through another', [codeFile('d/e/up', '../..', 'link'), codeFile('l', 'd/e/up/..', 'link')]],
  ['a file behind a link', [codeFile('l', 'd', 'link'), codeFile('l/x', 'x')]],
  ['a link behind a link', [codeFile('d/f', ''), codeFile('l', 'd', 'link'), codeFile('l/y', 'f', 'link')]],
  ['the same name twice', [codeFile('a', '1'), codeFile('a', '2')]],
  ['a file that is also a folder', [codeFile('a', '1'), codeFile('a/b', '2')]],
];

export function describeSafety(target: ComputeTarget): void {
  describe(`safety on ${target.name}`, () => {
    let open: OpenTarget;
    before(async function () {
      open = await openTarget(this, target);
      // Makes the backend's folders, so that what refused code leaves can be told from them.
      await open.backend.list();
    });
    after(() => open?.close());

    describeSnapshots(() => open);
    it('shows a secret nowhere once the job runs', () => showsNoSecret(open));
    it('gives the contents of secret files to the job alone, and takes them away with it', () => givesFiles(open));
  });
}

function describeSnapshots(open: () => OpenTarget): void {
  for (const [what, code] of hostile) {
    it(`refuses code with ${what}, whole`, async () => {
      const { backend, traces } = open();
      const before = await traces();
      const spec = jobSpec('echo never', { code: [codeFile('good.txt', 'x'), ...code] });
      await assert.rejects(
        backend.submit(spec),
        (error) => error instanceof DomainError && error.reason === 'unsafe-path',
      );
      assert.equal(await backend.find(spec.runId), null);
      assert.deepEqual(await traces(), before);
    });
  }

  it('refuses a work folder that is not there, or leaves the code', async () => {
    const { backend } = open();
    await assert.rejects(backend.submit(jobSpec('true', { folder: 'missing' })), /no folder "missing"/);
    await assert.rejects(backend.submit(jobSpec('true', { folder: '../x' })), /leaves the code/);
    await assert.rejects(
      backend.submit(jobSpec('true', { folder: 'f', code: [codeFile('f', '')] })),
      (error) => error instanceof DomainError && error.field === 'code.folder',
    );
  });

  it('refuses a run id that is a path', async () => {
    await assert.rejects(open().backend.submit(jobSpec('true', { runId: '../outside' })), /run id/);
  });

  it('leaves nothing when the snapshot breaks off, and can be submitted again', async () => {
    const { backend, traces } = open();
    const spec = jobSpec('cat a');
    const before = await traces();
    const broken = {
      ...spec,
      async *code() {
        yield codeFile('a', 'half');
        throw new Error('the repository went away');
      },
    };
    await assert.rejects(backend.submit(broken), /went away/);
    assert.deepEqual(await traces(), before);
    const handle = await backend.submit({
      ...spec,
      async *code() {
        yield codeFile('a', 'whole');
      },
    });
    await untilOutput(backend, handle, 'whole');
    await endOf(backend, handle);
  });
}

async function showsNoSecret({ backend, placesOf }: OpenTarget): Promise<void> {
  const canary = `canary${process.pid}x${Date.now()}`;
  const spec = jobSpec('test -n "$SECRET" && echo has it; sleep 30', { secrets: { SECRET: canary } });
  const handle = await backend.submit(spec);
  await untilOutput(backend, handle, 'has it');
  const { stdout } = await promisify(execFile)('ps', ['-eo', 'args=']);
  assert.ok(stdout.includes('sleep 30') && !stdout.includes(canary), 'on a command line');
  const holding = await placesOf(canary);
  await backend.stop(handle, { graceMs: 0 });
  await endOf(backend, handle);
  assert.deepEqual(holding, []);
  assert.deepEqual(await placesOf(canary), []);
}

async function givesFiles({ backend, placesOf }: OpenTarget): Promise<void> {
  const content = `canary${process.pid}y${Date.now()}\n'quoted' $(x)\n`;
  const spec = jobSpec('cat "$KEY"; ls -l "$KEY"', { secretFiles: { KEY: content } });
  const { end, output } = await run(backend, spec);
  assert.equal(end.exitCode, 0);
  assert.ok(output.text.startsWith(content), output.text);
  assert.match(output.text.slice(content.length), /^-rw-------/);
  const [canary = ''] = content.split('\n');
  // What the job printed is its own affair: nothing else may hold it.
  const kept = await placesOf(canary);
  assert.deepEqual(
    kept.filter((place) => !/output|\.log/.test(place)),
    [],
  );
}
