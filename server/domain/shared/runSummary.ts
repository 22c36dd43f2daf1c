/** What tables and trees show of a run, from what the server keeps of it. The one place that says what a run has cost. */
import type { RunSummary } from '../../../protocol/model/run.ts';
import type { StoredRun } from '../runs/ports.ts';

const hour = 3_600_000;

export function summaryOf(run: StoredRun, now: number): RunSummary {
  const { launch } = run;
  return {
    id: run.id,
    projectId: run.projectId,
    experimentId: run.experimentId,
    name: run.name,
    state: run.state,
    reason: run.reason,
    detail: run.detail,
    launched: run.launched,
    createdBy: { id: run.createdById, name: run.createdByName },
    createdAt: run.createdAt,
    startedAt: run.startedAt,
    endedAt: run.endedAt,
    deletedAt: run.deletedAt,
    exitCode: run.exitCode,
    tierId: launch?.tierId ?? null,
    environmentId: launch?.environmentId ?? null,
    environmentRevision: launch?.environmentRevision ?? null,
    commit: launch?.code.commit ?? null,
    cost: costOf(run, now),
  };
}

/** Only time on a tier costs; a run that never started costs nothing. */
export function costOf({ launch, startedAt, endedAt }: StoredRun, now: number): number {
  if (launch === null || startedAt === null) return 0;
  return (launch.pricePerHour * Math.max(0, (endedAt ?? now) - startedAt)) / hour;
}
