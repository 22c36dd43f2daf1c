/**
 * A job that writes a gigabyte to its output: the server stays small and
 * answers, the disk holds what the limit allows, and the log tells exactly
 * what was left out between its beginning and its end.
 */
import assert from 'node:assert/strict';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { prepareLaunch } from '../../../client/snapshot/prepareLaunch.ts';
import { openClient, type TestClient } from '../../harness/client.ts';
import { type SpawnedServer, spawnServer } from '../../harness/server.ts';
import { temporaryFolder } from '../../harness/temporaryFolder.ts';

const mebibyte = 1024 * 1024;
const line = 100;
const lines = 10_000_000;
const total = lines * line;
/** Each line is its number, filled up; the numbers show that nothing moved. */
const command = `awk 'BEGIN { for (i = 0; i < ${lines}; i++) printf "%09d ${'x'.repeat(line - 11)}\\n", i }'`;
const numbered = (index: number) => `${String(index).padStart(9, '0')} ${'x'.repeat(line - 11)}\n`;

async function launchFlood(api: TestClient, server: SpawnedServer): Promise<string> {
  await using folder = await temporaryFolder();
  await writeFile(join(folder.path, 'README.md'), 'A flood.\n');
  await api.projects.create({ id: 'flood' });
  const code = await prepareLaunch({ folder: folder.path, projectId: 'flood', url: server.url, token: server.token });
  const { id } = await api.runs.launch({
    projectId: 'flood',
    command,
    environmentId: 'system',
    tierId: 'standard',
    code,
  });
  return id;
}

/** Resident memory in bytes; null where the system does not tell. */
async function residentBytes(pid: number): Promise<number | null> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  return kibibytes ? Number(kibibytes) * 1024 : null;
}

async function folderBytes(folder: string): Promise<number> {
  const names = await readdir(folder);
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Asks the server again and again while the run goes on: the slowest answer and the most memory seen. */
async function watch(api: TestClient, runId: string, pid: number) {
  let slowestMs = 0;
  let peakBytes = 0;
  for (;;) {
    const asked = performance.now();
    await api.tiers.list();
    slowestMs = Math.max(slowestMs, performance.now() - asked);
    peakBytes = Math.max(peakBytes, (await residentBytes(pid)) ?? 0);
    const run = await api.runs.get({ runId });
    if (run.endedAt !== null) return { run, slowestMs, peakBytes };
    await delay(100);
  }
}

/** What a reader of the log gets; each text is compared with what was written at its place. */
async function readLog(api: TestClient, runId: string) {
  const seen = { textBytes: 0, gapBytes: 0, gaps: 0, next: 0, first: '', last: '' };
  for await (const chunk of await api.runs.logs({ runId })) {
    assert.equal(chunk.offset, seen.next, `${chunk.kind} follows on what came before`);
    if (chunk.kind === 'end') return seen;
    seen.next += chunk.bytes;
    if (chunk.kind === 'gap') {
      seen.gapBytes += chunk.bytes;
      seen.gaps += 1;
      continue;
    }
    isInPlace(chunk.text, chunk.offset);
    seen.textBytes += chunk.bytes;
    seen.first ||= chunk.text.slice(0, line);
    seen.last = `${seen.last}${chunk.text}`.slice(-line);
  }
  throw new Error('the log has no end');
}

function isInPlace(text: string, offset: number): void {
  const first = Math.floor(offset / line);
  const count = Math.ceil((offset + text.length) / line) - first;
  const written = Array.from({ length: count }, (_, index) => numbered(first + index)).join('');
  const skipped = offset - first * line;
  assert.ok(text === written.slice(skipped, skipped + text.length), `other text at ${offset}`);
}

describe('a job that floods its output', function () {
  this.timeout(600_000);

  it('costs the server neither memory nor disk, and the log says what was left out', async () => {
    await using server = await spawnServer();
    await using client = await openClient(server);
    const { api } = client;
    const before = await residentBytes(server.pid);
    const runId = await launchFlood(api, server);
    const { run, slowestMs, peakBytes } = await watch(api, runId, server.pid);
    assert.deepEqual([run.state, run.exitCode], ['succeeded', 0], `${run.reason}: ${run.detail}`);

    const { defaults } = JSON.parse(await readFile(join(server.data, 'catalog.json'), 'utf8'));
    const kept = await folderBytes(join(server.data, 'logs', runId));
    assert.ok(kept <= (defaults.logLimitMiB + 1) * mebibyte, `${kept} bytes on disk`);

    const log = await readLog(api, runId);
    assert.ok(log.gaps > 0);
    assert.equal(log.textBytes + log.gapBytes, total);
    assert.deepEqual([log.first, log.last], [numbered(0), numbered(lines - 1)]);

    const grown = before === null ? null : (peakBytes - before) / mebibyte;
    const seconds = ((run.endedAt ?? 0) - (run.startedAt ?? 0)) / 1000;
    console.log(
      `      ${seconds.toFixed(1)} s, memory +${grown?.toFixed(0) ?? '?'} MiB, slowest answer ${slowestMs.toFixed(0)} ms, ` +
        `${(kept / mebibyte).toFixed(1)} MiB on disk, ${log.gaps} gaps of ${log.gapBytes} bytes`,
    );
    // Where the system does not tell the memory of a process, the rest was still tested.
    if (grown !== null) assert.ok(grown < 100, `the server grew by ${grown.toFixed(0)} MiB`);
  });
});
