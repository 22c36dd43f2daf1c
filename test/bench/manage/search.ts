/** Searches over 10,000 documents of 1,000,000 lines on a real server, by somebody who sees half of them. */
import { globSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { until } from '../../e2e/until.ts';
import { openClient, type TestClient } from '../../harness/client.ts';
import { pushFiles } from '../../harness/pushFiles.ts';
import { spawnServer } from '../../harness/server.ts';
import { quantile, type Reading } from '../figure.ts';
import { corpus, generator, word } from './corpus.ts';

const projects = 10;
const filesOfEach = 1000;
const linesOfEach = 100;
const questions = 500;

export async function search(): Promise<readonly Reading[]> {
  await using server = await spawnServer();
  await using admin = await openClient(server);
  const { api } = admin;
  await api.session.createUser({ id: 'ada', name: 'Ada' });
  const { secret } = await api.session.createToken({ name: 'bench', userId: 'ada' });
  const started = performance.now();
  for (let at = 0; at < projects; at += 1) {
    const id = `bench-${at}`;
    await api.projects.create({ id });
    if (at % 2 === 0) await api.projects.setMember({ projectId: id, userId: 'ada', role: 'viewer' });
    const made = corpus({ files: filesOfEach, lines: linesOfEach, seed: at + 1 });
    await pushFiles({ server, project: id, files: { ...made.files, 'last.md': `endmark${at}` } });
  }
  for (let at = 0; at < projects; at += 1) await found(api, `endmark${at}`);
  const filled = performance.now() - started;
  await using guest = await openClient({ url: server.url, token: secret });
  const times = await timesOf(guest.api);
  const pushed = await pushTime(server, api);
  return [
    { name: 'search, p50', ours: quantile(times, 0.5), unit: 'ms' },
    { name: 'search, p99', ours: quantile(times, 0.99), unit: 'ms', goal: { kind: 'at-most', value: 100, of: 'ours' } },
    {
      name: 'search, 100 files found after the push',
      ours: pushed / 1000,
      unit: 's',
      goal: { kind: 'at-most', value: 2, of: 'ours' },
    },
    { name: 'search, 1,000,000 lines pushed and found', ours: filled / 1000, unit: 's' },
  ];
}

/** Of real code, as how often words return decides it: the sources that this project depends on. */
export async function searchSize(): Promise<readonly Reading[]> {
  const root = join(import.meta.dirname, '../../../node_modules');
  const files: Record<string, string> = {};
  let bytes = 0;
  for (const path of globSync('**/*.{js,ts,md}', { cwd: root }).filter((each) => !each.includes('.min.'))) {
    const text = await readFile(join(root, path), 'utf8').catch(() => '');
    if (text.length > 200_000 || bytes > 25e6) continue;
    files[path.replaceAll(/[@/]/g, '_')] = text;
    bytes += Buffer.byteLength(text);
  }
  await using server = await spawnServer();
  await using client = await openClient(server);
  await client.api.projects.create({ id: 'real' });
  await pushFiles({ server, project: 'real', files: { ...files, 'last.md': 'endmark' } });
  await found(client.api, 'endmark');
  // The thread of the index rests then, and has put its log into the file.
  await until('the index rests', async () => sizeOf(join(server.data, 'search.db-wal')) === 0);
  const ours = sizeOf(join(server.data, 'search.db')) / bytes;
  return [
    { name: 'search index, of the text', ours, unit: 'ratio', goal: { kind: 'at-most', value: 0.6, of: 'ours' } },
  ];
}

async function timesOf(api: TestClient): Promise<readonly number[]> {
  const random = generator(99);
  const shapes = [
    () => word(random),
    () => `${word(random)} ${word(random)}`,
    () => `"${word(random)} ${word(random)}"`,
    () => `${word(random).slice(0, 4)}*`,
    () => `${word(random)} lang:python -${word(random)}`,
  ];
  const times: number[] = [];
  for (let at = 0; at < questions; at += 1) {
    const text = shapes[at % shapes.length]?.() ?? '';
    const start = performance.now();
    await api.search.query({ text });
    times.push(performance.now() - start);
  }
  return times;
}

/** From the end of the push, as whoever pushed sees it. */
async function pushTime(server: { readonly url: string; readonly token: string }, api: TestClient): Promise<number> {
  const made = corpus({ files: 100, lines: linesOfEach, seed: 77 });
  await api.projects.create({ id: 'fresh' });
  await pushFiles({ server, project: 'fresh', files: { ...made.files, 'zz.md': 'freshmark' } });
  const start = performance.now();
  await found(api, 'freshmark');
  return performance.now() - start;
}

async function found(api: TestClient, text: string): Promise<void> {
  const deadline = performance.now() + 600_000;
  while ((await api.search.query({ text, limit: 1 })).total === 0) {
    if (performance.now() > deadline) throw new Error(`${text} is not found`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
