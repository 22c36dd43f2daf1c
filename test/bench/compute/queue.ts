/**
 * How long a place of a tier stands empty between two jobs while others wait:
 * from the end of the one to the moment that the next takes it, as the event
 * log tells. The starting of a job is not in it: that has a figure of its own.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CodeRef, isFinal, type RunState } from '../../../protocol/model/run.ts';
import { openClient, type TestClient } from '../../harness/client.ts';
import { projectWithCode } from '../../harness/projectWithCode.ts';
import type { Reading } from '../figure.ts';
import { newDataFolder, serveDirectly } from '../foundation/server.ts';
import { benchProject } from '../launched.ts';

const jobs = 200;
const slots = 8;
const command = 'sleep 1';

const catalog = {
  tiers: [{ id: 'small', name: 'Small', cpus: 0.1, memoryMiB: 64, concurrency: slots }],
  defaults: { tierId: 'small', environmentId: 'system' },
};

type Taken = { readonly from: number; readonly to: number };

export async function slotIdleTime(): Promise<readonly Reading[]> {
  const data = newDataFolder();
  await writeFile(join(data, 'catalog.json'), JSON.stringify(catalog));
  await using server = await serveDirectly({ data });
  await using client = await openClient(server);
  const code = await projectWithCode({ ...server, api: client.api }, { id: benchProject });
  const events = await client.api.events.subscribe({ projectId: benchProject });
  await events.next();
  const launched = launchAll(client.api, code);
  const taken = await placesTaken(events);
  await launched;
  const idle = idleShare(taken);
  return [
    {
      name: `${jobs} jobs through ${slots} places: a place stands empty`,
      unit: '%',
      ours: idle * 100,
      goal: { kind: 'at-most', value: 5, of: 'ours' },
    },
  ];
}

async function launchAll(api: TestClient, code: CodeRef): Promise<void> {
  for (let at = 0; at < jobs; at += 1) {
    await api.runs.launch({ projectId: benchProject, command, environmentId: 'system', tierId: 'small', code });
  }
}

type Events = Awaited<ReturnType<TestClient['events']['subscribe']>>;

/** From taking a place to the end, of every job. */
async function placesTaken(events: Events): Promise<readonly Taken[]> {
  const begun = new Map<string, number>();
  const taken: Taken[] = [];
  for await (const message of events) {
    if (message.kind !== 'event' || message.event.type !== 'run.state-changed') continue;
    const { at, subject, detail } = message.event;
    const runId = subject.runId ?? '';
    if (detail.to === 'preparing') begun.set(runId, at);
    else if (isFinal(detail.to as RunState)) taken.push({ from: begun.get(runId) ?? at, to: at });
    if (taken.length === jobs) break;
  }
  return taken;
}

/** While jobs wait: from the first time that all places are taken to the last job's taking one. */
function idleShare(taken: readonly Taken[]): number {
  const starts = taken.map(({ from }) => from).sort((a, b) => a - b);
  const [first, last] = [starts[slots - 1] ?? 0, starts.at(-1) ?? 0];
  const within = ({ from, to }: Taken) => Math.max(0, Math.min(to, last) - Math.max(from, first));
  const busy = taken.reduce((sum, one) => sum + within(one), 0);
  return 1 - busy / (slots * (last - first));
}
