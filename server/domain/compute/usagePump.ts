/**
 * Turns what a job uses into metrics of its run. Samples are worth having but
 * nothing waits for them: a failure is noted and the rest goes on.
 */

import { messageOf } from '../shared/errors.ts';
import type { MetricPoint } from '../tracking/ports.ts';
import type { PumpOptions } from './logPump.ts';
import type { UsageSample } from './ports.ts';
import type { RunContext } from './runContext.ts';

const cpuKey = 'system/cpu_cores';
const memoryKey = 'system/memory_mib';
const mebibyte = 1024 * 1024;

export async function pumpUsage(context: RunContext, { run, handle, signal }: PumpOptions): Promise<void> {
  const { store, feed, log } = context.deps;
  try {
    const after = await lastSampleAt(context);
    let startedAt = run.startedAt;
    for await (const sample of context.backendOf(run).usage(handle, { after, signal })) {
      startedAt ??= sample.at;
      const points = pointsOf(sample, startedAt);
      await store.write(({ tracking }) => tracking.logMetrics(run.id, points));
      feed.touched({ runId: run.id, experimentId: run.experimentId, projectId: run.projectId });
    }
  } catch (error) {
    if (!signal.aborted) log.warn('Usage of a run is not kept', { runId: run.id, error: messageOf(error) });
  }
}

async function lastSampleAt({ deps, runId }: RunContext): Promise<number> {
  const values = await deps.store.read(({ tracking }) => tracking.values([runId], { metrics: [cpuKey] }));
  return values.get(runId)?.metrics[cpuKey]?.timestamp ?? 0;
}

export function pointsOf({ at, cpuCores, memoryBytes }: UsageSample, startedAt: number): readonly MetricPoint[] {
  const step = Math.max(0, Math.floor((at - startedAt) / 1000));
  return [
    { key: cpuKey, value: cpuCores, step, timestamp: at },
    { key: memoryKey, value: memoryBytes / mebibyte, step, timestamp: at },
  ];
}
