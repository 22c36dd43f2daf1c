/** Backends that can run workspaces: a folder that outlives its jobs, and byte streams to the ports of a job. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import type { ComputeBackend, JobHandle } from '../../../server/domain/compute/ports.ts';
import { type ComputeTarget, codeFile, endOf, jobSpec, type OpenTarget, openTarget, run } from './computeTarget.ts';

const volume = '0123456789abcdef';
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
      await using opened = (await backend.openVolume?.(volume)) ?? null;
      assert.equal(await readFile(join(opened?.work ?? '', 'b.txt'), 'utf8'), 'mine\n');
    });

    it('are gone for good once removed, and make no work again', async () => {
      const { backend } = open;
      await backend.removeVolume?.(volume);
      await backend.removeVolume?.(volume);
      assert.equal(await backend.openVolume?.(volume), null);
    });

    it('refuse an id that is a path', async () => {
      await assert.rejects(async () => open.backend.removeVolume?.('../jobs'), { reason: 'invalid-input' });
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

async function connected(backend: ComputeBackend, handle: JobHandle): Promise<Duplex> {
  for (const deadline = Date.now() + 20_000; ; await new Promise((resolve) => setTimeout(resolve, 50))) {
    const stream = await backend.connect?.(handle, 'tool').catch(() => null);
    if (stream) return stream;
    if (Date.now() > deadline) throw new Error('nothing listens');
  }
}
