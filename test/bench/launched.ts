/** Launches a run and waits for its end the cheapest way there is. */
import { type CodeRef, isFinal, type Run, type RunState } from '../../protocol/model/run.ts';
import type { TestClient } from '../harness/client.ts';

export const benchProject = 'bench';

export async function launch(api: TestClient, code: CodeRef, command: string): Promise<string> {
  const { id } = await api.runs.launch({
    projectId: benchProject,
    command,
    environmentId: 'system',
    tierId: await tierId(api),
    code,
  });
  return id;
}

/** Told by an event: who followed the log, or asked again and again, would take part of the machine with that. */
export async function launchToEnd(api: TestClient, code: CodeRef, command: string): Promise<Run> {
  const events = await api.events.subscribe({ projectId: benchProject });
  await events.next();
  const runId = await launch(api, code, command);
  for await (const message of events) {
    if (message.kind !== 'event' || message.event.subject.runId !== runId) continue;
    if (isFinal(message.event.detail.to as RunState)) break;
  }
  const run = await api.runs.get({ runId });
  if (run.state !== 'succeeded') throw new Error(`the job ended ${run.state}: ${run.detail}`);
  return run;
}

/** The tier with the whole machine: the peer has it too. */
async function tierId(api: TestClient): Promise<string> {
  const { tiers } = await api.tiers.list();
  const [largest] = [...tiers].sort((a, b) => b.cpus - a.cpus);
  if (!largest) throw new Error('no hardware tier');
  return largest.id;
}
