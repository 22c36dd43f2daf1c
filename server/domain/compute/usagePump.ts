/**
 * Turns what a job uses into metrics of its run. Samples are worth having but
 * nothing waits for them: a failure is noted and the rest goes on.
 */

import type { MetricSummary } from '../../../protocol/model/metric.ts';
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
    const last = await lastSample(context);
    let startedAt = run.startedAt;
    let reached = last?.step ?? -1;
    for await (const sample of context.backendOf(run).usage(handle, { after: last?.timestamp ?? 0, signal })) {
      startedAt ??= sample.at;
      const step = stepOf(sample, startedAt);
      // One sample a second: two at one step would be a vertical line in the chart.
      if (step <= reached) continue;
      reached = step;
      await store.write(({ tracking }) => tracking.logMetrics(run.id, pointsOf(sample, step)));
      feed.touched({ runId: run.id, experimentId: run.experimentId, projectId: run.projectId });
    }
  } catch (error) {
    if (!signal.aborted) log.warn('Usage of a run is not kept', { runId: run.id, error: messageOf(error) });
  }
}

async function lastSample({ deps, runId }: RunContext): Promise<MetricSummary | null> {
  const values = await deps.store.read(({ tracking }) => tracking.values([runId], { metrics: [cpuKey] }));
  return values.get(runId)?.metrics[cpuKey] ?? null;
}

/** Whole seconds since the start. */
export function stepOf({ at }: Pick<UsageSample, 'at'>, startedAt: number): number {
  return Math.max(0, Math.floor((at - startedAt) / 1000));
}

export function pointsOf({ at, cpuCores, memoryBytes }: UsageSample, step: number): readonly MetricPoint[] {
  return [
    { key: cpuKey, value: cpuCores, step, timestamp: at },
    { key: memoryKey, value: memoryBytes / mebibyte, step, timestamp: at },
  ];
}
