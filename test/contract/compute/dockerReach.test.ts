/** Engines that are reached over SSH and over TLS: a whole job each way, and those who are not who they should be. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, type Server as NetServer } from 'node:net';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { createServer as createTlsServer } from 'node:tls';
import { promisify } from 'node:util';
import ssh2 from 'ssh2';
import type { DockerBackend } from '../../../server/adapters/docker/dockerBackend.ts';
import type { EngineAddress } from '../../../server/adapters/docker/engine.ts';
import { skip } from '../../harness/reporter.ts';
import { type TemporaryFolder, temporaryFolder } from '../../harness/temporaryFolder.ts';
import { codeFile, endOf, eventually, jobSpec, run, systemRevision } from './computeTarget.ts';
import { type OpenDockerTarget, openDocker } from './dockerTarget.ts';

const shell = promisify(execFile);

describe('an engine far away', function () {
  this.timeout(120_000);
  let open: OpenDockerTarget;
  let folder: TemporaryFolder;
  const servers: { close(): unknown }[] = [];

  before(async function () {
    const made = await openDocker(['busybox']);
    if (typeof made === 'string') return skip(this, made);
    open = made;
    folder = await temporaryFolder();
  });
  after(async () => {
    for (const server of servers) server.close();
    await open?.close();
    await folder?.[Symbol.asyncDispose]();
  });

  async function wholeJob(address: EngineAddress): Promise<void> {
    const backend = open.restart({ address });
    const code = [codeFile('a.txt', 'carried\n')];
    const { end, output } = await run(
      backend,
      jobSpec('cat a.txt; echo $SECRET', { code, secrets: { SECRET: 'kept' } }),
    );
    assert.deepEqual([end.exitCode, output.text], [0, 'carried\nkept\n']);
    assert.equal((await backend.facts()).freeDiskMiB, null);
    await tool(backend);
  }

  /** One that is reached in its container, with a folder that outlives it; the image has neither bash nor Python. */
  async function tool(backend: DockerBackend): Promise<void> {
    const volume = randomBytes(8).toString('hex');
    const command = 'echo far > far.txt; nc -ll -p $FLYWHEEL_PORT_TOOL -e cat';
    const handle = await backend.submit(jobSpec(command, { volume, ports: ['tool'] }));
    let stream: Duplex | null = null;
    await eventually(async () => {
      stream = await backend.connect(handle, 'tool').catch(() => null);
      return stream !== null;
    }, 'the tool answers');
    const sent = randomBytes(3 * 2 ** 20);
    assert.ok((await echoed(stream as unknown as Duplex, sent)).equals(sent), 'not what was sent');
    await backend.stop(handle, { graceMs: 0 });
    await endOf(backend, handle);
    await using opened = await backend.openVolume(volume, systemRevision);
    assert.equal(await readFile(join(opened?.work ?? '', 'far.txt'), 'utf8'), 'far\n');
    await backend.remove(handle);
    await backend.removeVolume(volume);
  }

  async function problemOf(address: EngineAddress): Promise<string> {
    const { available, problem } = await open.restart({ address }).probe();
    assert.equal(available, false);
    return problem ?? '';
  }

  it('runs a job over SSH, and speaks to no other machine than the one that was named', async () => {
    const [hostFile, userFile] = [join(folder.path, 'host'), join(folder.path, 'user')];
    for (const file of [hostFile, userFile]) await shell('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file]);
    const server = new ssh2.Server({ hostKeys: [await readFile(hostFile)] }, (client) =>
      relayTo(open.engine.socket, client),
    );
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    servers.push(server);
    const { port } = server.address() as AddressInfo;
    const key = Buffer.from((await readFile(`${hostFile}.pub`, 'utf8')).split(' ')[1] ?? '', 'base64');
    const hostKey = `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
    const address = { kind: 'ssh', host: '127.0.0.1', port, user: 'me', keyFile: userFile, hostKey } as const;
    await wholeJob(address);
    assert.match(await problemOf({ ...address, hostKey: `SHA256:${'A'.repeat(43)}` }), /does not answer: .*[Hh]ost/);
  });

  it('runs a job over TLS, and to an engine with another authority says nothing', async () => {
    const [ours, others] = [await authority(folder.path, 'ours'), await authority(folder.path, 'others')];
    const options = {
      cert: await readFile(ours.certFile),
      key: await readFile(ours.keyFile),
      ca: await readFile(ours.caFile),
    };
    const server: NetServer = createTlsServer({ ...options, requestCert: true, rejectUnauthorized: true }, (socket) => {
      const engine = connect(open.engine.socket);
      socket.on('error', () => engine.destroy());
      engine.on('error', () => socket.destroy());
      socket.pipe(engine).pipe(socket);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    servers.push(server);
    const { port } = server.address() as AddressInfo;
    const address = { kind: 'tls', host: '127.0.0.1', port, ...ours } as const;
    await wholeJob(address);
    assert.match(await problemOf({ ...address, caFile: others.caFile }), /certificate/);
    assert.match(await problemOf({ ...address, caFile: join(folder.path, 'nothing') }), /ENOENT/);
  });
});

async function echoed(stream: Duplex, data: Buffer): Promise<Buffer> {
  stream.write(data);
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of stream) {
    pieces.push(piece as Buffer);
    bytes += (piece as Buffer).length;
    if (bytes >= data.length) break;
  }
  return Buffer.concat(pieces);
}

/** What `docker system dial-stdio` does on a host, and nothing else. */
function relayTo(socket: string, client: ssh2.Connection): void {
  client.on('error', () => undefined);
  client.on('authentication', (context) => (context.method === 'publickey' ? context.accept() : context.reject()));
  client.on('session', (accept) => {
    accept().on('exec', (acceptExec, reject, { command }) => {
      if (command !== 'docker system dial-stdio') return reject();
      const stream = acceptExec();
      const engine = connect(socket);
      engine.on('error', () => stream.end());
      stream.on('error', () => engine.destroy());
      stream.pipe(engine).pipe(stream);
    });
  });
}

/** An authority with one certificate that serves both ends. */
async function authority(folder: string, name: string) {
  const at = (file: string) => join(folder, `${name}-${file}`);
  const openssl = (...args: readonly string[]) => shell('openssl', [...args]);
  const key = ['-newkey', 'rsa:2048', '-nodes'];
  await openssl(
    'req',
    '-x509',
    ...key,
    '-keyout',
    at('ca.key'),
    '-out',
    at('ca.pem'),
    '-subj',
    `/CN=${name}`,
    '-days',
    '2',
  );
  await openssl('req', ...key, '-keyout', at('key.pem'), '-out', at('csr'), '-subj', '/CN=engine');
  await writeFile(at('ext'), 'subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth,clientAuth\n');
  const by = ['-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-CAcreateserial', '-days', '2', '-extfile', at('ext')];
  await openssl('x509', '-req', '-in', at('csr'), '-out', at('cert.pem'), ...by);
  return { caFile: at('ca.pem'), certFile: at('cert.pem'), keyFile: at('key.pem') };
}
