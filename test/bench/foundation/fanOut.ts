/** From a change to all of 100 sessions that watch. */
import { openClient } from '../../harness/client.ts';
import { quantile, type Reading } from '../figure.ts';
import { serveDirectly } from './server.ts';

const sessions = 100;
const changes = 30;

/** Resolves with the time at which the session saw each position. */
async function watch(server: { readonly url: string; readonly token: string }) {
  const client = await openClient(server);
  const stream = await client.api.events.subscribe({});
  const seen = new Map<number, number>();
  const first = await stream.next();
  if (first.done || first.value.kind !== 'ready') throw new Error('a subscription began without its position');
  const reading = (async () => {
    for await (const message of stream) if (message.kind === 'event') seen.set(message.event.clock, performance.now());
  })().catch(() => undefined);
  return { seen, close: async () => [await client.close(), await reading] };
}

export async function eventFanOut(): Promise<readonly Reading[]> {
  await using server = await serveDirectly();
  const watchers = await Promise.all(Array.from({ length: sessions }, () => watch(server)));
  await using writer = await openClient(server);
  const delays: number[] = [];
  for (let change = 0; change < changes; change += 1) {
    const began = performance.now();
    await writer.api.projects.update({ projectId: 'default', description: `change ${change}` });
    const arrived = () => watchers.every(({ seen }) => seen.size > change);
    while (!arrived() && performance.now() - began < 5000) await new Promise((resolve) => setImmediate(resolve));
    for (const { seen } of watchers) delays.push(([...seen.values()][change] ?? Number.POSITIVE_INFINITY) - began);
  }
  await Promise.all(watchers.map((watcher) => watcher.close()));
  return [
    {
      name: `an event to ${sessions} sessions, p99`,
      unit: 'ms',
      ours: quantile(delays, 0.99),
      goal: { kind: 'at-most', value: 100, of: 'ours' },
    },
  ];
}
