/** Environments as images: built once, with what is inside, cancelled, discarded, and refused with the reason. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { EnvironmentDefinition } from '../../../protocol/model/environment.ts';
import type { BuildOutcome, ComputeBackend, EnvironmentRevisionSpec } from '../../../server/domain/compute/ports.ts';
import { skip } from '../../harness/reporter.ts';
import { endOf, jobSpec, patience, run } from './computeTarget.ts';
import { type OpenDockerTarget, openDocker } from './dockerTarget.ts';

type Container = Extract<EnvironmentDefinition, { kind: 'container' }>;

function revisionOf(definition: EnvironmentDefinition): EnvironmentRevisionSpec {
  return { environmentId: 'lab', revision: 1, digest: randomUUID().replaceAll('-', ''), definition };
}

function container(devcontainer: object, files: Partial<Container> = {}): EnvironmentRevisionSpec {
  const none = { dockerfile: '', requirements: '', conda: '', renv: '', python: 'python3' };
  return revisionOf({ kind: 'container', devcontainer: JSON.stringify(devcontainer), ...none, ...files });
}

const python = (requirements: string) => revisionOf({ kind: 'python', requirements, python: 'python3' });

type Prepared = { readonly outcome: BuildOutcome; readonly log: string };

async function prepare(backend: ComputeBackend, revision: EnvironmentRevisionSpec): Promise<Prepared> {
  let log = '';
  const outcome = await backend.prepare(revision, {
    signal: patience(150),
    log: (data) => (log += Buffer.from(data).toString()),
  });
  return { outcome, log };
}

describe('environments on Docker', function () {
  this.timeout(180_000);
  let open: OpenDockerTarget;
  before(async function () {
    const made = await openDocker(['python']);
    if (typeof made === 'string') return skip(this, made);
    open = made;
  });
  after(() => open?.close());

  it('are built once for all who ask, found by a later server, and say what is inside', async () => {
    const { backend, restart } = open;
    const revision = python('# nothing but Python\n');
    const all = await Promise.all([1, 2, 3].map(() => prepare(backend, revision)));
    assert.deepEqual(
      all.map(({ outcome }) => outcome.ok),
      [true, true, true],
    );
    assert.match(all[0]?.log ?? '', /Step \d+\/\d+ : RUN python3 -m venv/);
    const again = await prepare(restart(), revision);
    assert.deepEqual([again.outcome, again.log], [all[0]?.outcome, '']);
    const { outcome } = again;
    assert.ok(outcome.ok && /^3\.\d+\.\d+$/.test(outcome.python ?? '') && (outcome.bytes ?? 0) > 1e8);
    assert.match(outcome.lock, /^# image flywheel-environment\/\S+ sha256:\w{64}\n/);
    assert.match(outcome.lock, /^apt:bash==\d/m);
    assert.equal(await backend.has(revision), true);
    const command = `python -c "import os, sys; print(sys.prefix == os.environ['VIRTUAL_ENV'])"`;
    assert.equal((await run(backend, jobSpec(command, { environment: revision }))).output.text, 'True\n');
  });

  it('come from a Dockerfile with its arguments and variables', async () => {
    const { backend } = open;
    const dockerfile = 'ARG BASE\nFROM $BASE\nARG WORD\nRUN echo $WORD > /etc/word\n';
    const args = { BASE: 'flywheel-test/python', WORD: 'built' };
    const definition = { build: { dockerfile: 'Dockerfile', args }, containerEnv: { GREETING: 'hello there' } };
    const revision = container(definition, { dockerfile });
    const { outcome } = await prepare(backend, revision);
    assert.ok(outcome.ok, JSON.stringify(outcome));
    const job = jobSpec('cat /etc/word; echo $GREETING; touch /etc/x', { environment: revision });
    const { output } = await run(backend, job);
    assert.match(output.text, /^built\nhello there\n.*Read-only file system/);
  });

  it('may leave the system writable where they say so', async () => {
    const { backend } = open;
    const customizations = { flywheel: { writableSystem: true } };
    const revision = container({ image: 'flywheel-test/python', customizations });
    assert.ok((await prepare(backend, revision)).outcome.ok);
    const { output } = await run(backend, jobSpec('echo x > /var/tmp/x && echo written', { environment: revision }));
    assert.equal(output.text, 'written\n');
  });

  it('say why they do not build: a requirement, a command, a base image, features, no shell', async () => {
    const { backend, engine } = open;
    const error = async (revision: EnvironmentRevisionSpec) => {
      const { outcome } = await prepare(backend, revision);
      return outcome.ok ? 'it was built' : outcome.error;
    };
    const missing = await error(python('--no-index\nflywheel-no-such-package==1.0\n'));
    assert.match(missing, /No matching distribution found for flywheel-no-such-package/);
    const dockerfile = 'FROM flywheel-test/python\nRUN echo trying && exit 3\n';
    assert.match(await error(container({}, { dockerfile })), /exit 3.*returned a non-zero code: 3/);
    assert.match(await error(container({}, { dockerfile: 'FROM flywheel-test/none\n' })), /flywheel-test\/none/);
    assert.match(
      await error(container({ image: 'x', features: { 'ghcr.io/a/b:1': {} } })),
      /features ghcr\.io\/a\/b:1/,
    );
    assert.match(await error(container({})), /neither an image nor a Dockerfile/);
    const bare = container({}, { dockerfile: 'FROM scratch\nCOPY Dockerfile /\n' });
    assert.match(await error(bare), /No \/bin\/sh/);
    assert.deepEqual(await engine.docker.listContainers({ all: true, filters: { name: ['flywheel-look'] } }), []);
  });

  it('are moved from a host that has them, without a registry', async function () {
    const { backend, options } = open;
    const other = await openDocker(['busybox']);
    if (typeof other === 'string') return skip(this, other);
    await using _closed = { [Symbol.asyncDispose]: () => other.close() };
    const image = 'flywheel-environment/moved:1';
    const next = other.restart({ name: 'next', serverId: options.serverId, image, peers: () => [backend] });
    const revision = container({ image });
    await open.engine.load('busybox');
    await open.engine.docker.getImage('flywheel-test/busybox').tag({ repo: 'flywheel-environment/moved', tag: '1' });
    const { outcome, log } = await prepare(next, revision);
    assert.ok(outcome.ok, JSON.stringify(outcome));
    assert.match(log, /^Moving the image flywheel-environment\/moved:1 from test to next\n/);
    assert.equal((await run(next, jobSpec('echo here', { environment: revision }))).output.text, 'here\n');
  });

  it('are cancelled when nobody waits, built when asked again, and discarded', async () => {
    const { backend } = open;
    const revision = container({}, { dockerfile: 'FROM flywheel-test/python\nRUN echo begun && sleep 3\n' });
    const cancel = new AbortController();
    const log = (data: Uint8Array) => {
      if (Buffer.from(data).toString().startsWith('begun')) cancel.abort();
    };
    const outcome = await backend.prepare(revision, { signal: cancel.signal, log });
    assert.deepEqual(outcome, { ok: false, error: 'The build was cancelled.' });
    assert.equal(await backend.has(revision), false);
    await assert.rejects(backend.submit(jobSpec('true', { environment: revision })), /not built on test/);
    assert.equal((await prepare(backend, revision)).outcome.ok, true);
    const handle = await backend.submit(jobSpec('sleep 30', { environment: revision }));
    await backend.discard(revision.digest);
    assert.equal(await backend.has(revision), true, 'a job stands on it');
    await backend.stop(handle, { graceMs: 0 });
    await endOf(backend, handle);
    await backend.remove(handle);
    await backend.discard(revision.digest);
    await backend.discard(revision.digest);
    assert.equal(await backend.has(revision), false);
  });
});
