/**
 * A workspace that has a job: watches it, says when its tool answers, saves
 * its folder every few minutes, looks for work in it, passes a stop on, and
 * closes it when the job has ended. The folder is saved before the end is
 * kept, so that whoever sees it stopped sees its last save too.
 */
import type { JobState } from '../compute/ports.ts';
import { messageOf } from '../shared/errors.ts';
import { pause } from '../shared/wakeup.ts';
import { limitOf, planIdle, stopsAt } from './idle.ts';
import type { StoredWorkspace } from './ports.ts';
import { toolPort } from './tools.ts';
import type { WorkspaceContext } from './workspaceContext.ts';
import { backendOf, connectionOf, type WorkspaceBackend } from './workspaceJob.ts';
import { toldName } from './workspaceTransitions.ts';

type Attended = {
  readonly workspace: StoredWorkspace;
  readonly handle: string;
  readonly backend: WorkspaceBackend;
  readonly signal: AbortSignal;
};
type Ended = Extract<JobState, { readonly kind: 'ended' }>;

const outputBytes = 4096;
/** More than this much of a processor counts as work. */
const busyCores = 0.3;

export async function attendWorkspace(
  context: WorkspaceContext,
  { workspace, handle }: Pick<Attended, 'workspace' | 'handle'>,
): Promise<void> {
  const over = new AbortController();
  const signal = AbortSignal.any([context.shutdown, over.signal]);
  const attended = { workspace, handle, backend: backendOf(context.deps, workspace), signal };
  const others = [untilAnswers, passStopOn, watchUsage, tick].map((each) => quietly(context, each(context, attended)));
  try {
    let absences = 0;
    for await (const state of attended.backend.watch(handle, { signal })) {
      if (state.kind === 'ended') await close(context, attended, state);
      if (state.kind === 'absent') absences += 1;
    }
    if (absences > 0 && !signal.aborted) await onAbsent(context, attended);
  } finally {
    over.abort();
    await Promise.all(others);
  }
}

/** Absent again a little later while the backend is well: the job is gone. */
async function onAbsent(context: WorkspaceContext, { workspace, handle, backend, signal }: Attended): Promise<void> {
  await pause(context.timing.lookMs * 4, signal);
  if (signal.aborted || (await context.deps.health.problem(workspace.backend)) !== null) return;
  if ((await backend.find(handle)) === null) await context.apply({ type: 'disappeared' });
}

async function untilAnswers(context: WorkspaceContext, { backend, handle, signal }: Attended): Promise<void> {
  while (!signal.aborted) {
    const workspace = await context.read();
    if (workspace?.state !== 'starting') return;
    if (await answers(backend, handle)) {
      await context.apply({ type: 'answered', at: context.deps.clock.now() });
      return;
    }
    await context.apply({ type: 'waits', detail: 'Its tool starts.' });
    await pause(context.timing.lookMs, signal);
  }
}

async function answers(backend: WorkspaceBackend, handle: string): Promise<boolean> {
  try {
    (await backend.connect(handle, toolPort)).destroy();
    return true;
  } catch {
    return false;
  }
}

async function passStopOn(context: WorkspaceContext, { backend, handle, signal }: Attended): Promise<void> {
  await context.untilStopping(signal);
  const graceMs = context.deps.catalog.defaults().stopGraceSeconds * 1000;
  // A host that does not answer now is told once it does.
  while (!signal.aborted) {
    try {
      return await backend.stop(handle, { graceMs });
    } catch (error) {
      context.deps.log.warn('A workspace is not stopped yet', {
        workspaceId: context.workspaceId,
        error: messageOf(error),
      });
      await pause(context.timing.lookMs * 4, signal);
    }
  }
}

/** What runs in a terminal shows in what the job takes of the processors. */
async function watchUsage(context: WorkspaceContext, { backend, handle, signal }: Attended): Promise<void> {
  for await (const { cpuCores } of backend.usage(handle, { after: context.deps.clock.now(), signal })) {
    if (cpuCores >= busyCores) context.activity.touch(context.workspaceId);
  }
}

async function tick(context: WorkspaceContext, { signal }: Attended): Promise<void> {
  let savedAt = context.deps.clock.now();
  while (!signal.aborted) {
    await pause(context.timing.tickMs, signal);
    const workspace = signal.aborted ? null : await context.read();
    if (workspace?.state !== 'ready') continue;
    await lookForWork(context, workspace);
    const now = context.deps.clock.now();
    if (now - savedAt < context.timing.saveMs) continue;
    savedAt = now;
    await context.saves.save(workspace.id, { message: 'Saved while it runs', signal });
  }
}

async function lookForWork(context: WorkspaceContext, workspace: StoredWorkspace): Promise<void> {
  const { deps, activity, timing } = context;
  const busy = await deps.watch.isBusy(workspace.tool, connectionOf(deps, workspace)).catch(() => null);
  if (busy !== null) activity.setBusy(workspace.id, busy);
  const now = deps.clock.now();
  const activeAt = Math.max(activity.lastAt(workspace.id) ?? 0, workspace.activeAt ?? 0);
  const limitAt = await timeLimit(context, workspace);
  const idle = { ...workspace, activeAt, limitAt };
  const plan = planIdle(idle, { now, ...timing });
  await keepActivity(context, workspace, { activeAt, warnedAt: plan === 'work' ? null : undefined });
  if (plan === 'warn') await warn(context, workspace, stopsAt({ ...idle, warnedAt: now }, timing) ?? now);
  if (plan === 'stop') {
    const isLimit = limitAt !== null && now >= limitAt;
    const detail = isLimit
      ? `Stopped at the time limit of the hardware tier ${workspace.tierId}.`
      : `Stopped after ${workspace.idleMinutes} minutes in which nobody worked in it.`;
    await context.apply({ type: 'stop-requested', detail });
    context.wake();
  }
}

async function timeLimit({ deps, timing }: WorkspaceContext, { id, tierId }: StoredWorkspace): Promise<number | null> {
  const { startedAt } = await deps.store.read(({ workspaces }) => workspaces.usage(id, deps.clock.now()));
  return limitOf({ startedAt, maxMinutes: deps.catalog.tier(tierId)?.maxMinutes ?? null }, timing.minuteMs);
}

type Kept = { readonly activeAt: number; readonly warnedAt: null | undefined };

async function keepActivity(
  { deps }: WorkspaceContext,
  workspace: StoredWorkspace,
  { activeAt, warnedAt }: Kept,
): Promise<void> {
  const isToldOff = warnedAt === null && workspace.warnedAt !== null;
  if (activeAt === workspace.activeAt && !isToldOff) return;
  await deps.store.write(({ workspaces }) =>
    workspaces.updateWorkspace(workspace.id, { activeAt, ...(isToldOff && { warnedAt: null }) }),
  );
}

/** Everybody who may stop it is asked first, by an event that windows and panels show. */
async function warn({ deps }: WorkspaceContext, workspace: StoredWorkspace, at: number): Promise<void> {
  const { id: workspaceId, projectId, ownerId } = workspace;
  const now = deps.clock.now();
  await deps.store.write(async ({ workspaces, events }) => {
    await workspaces.updateWorkspace(workspaceId, { warnedAt: now });
    const detail = { stopsAt: at, ownerId, name: toldName(workspace) };
    await events.append({ type: 'workspace.idle', actor: null, subject: { projectId, workspaceId }, detail, at: now });
  });
  deps.feed.committed();
}

async function close(
  context: WorkspaceContext,
  { workspace, handle, backend, signal }: Attended,
  end: Ended,
): Promise<void> {
  const output = await tailOf(backend, handle, signal);
  await context.saves.save(workspace.id, { message: 'Saved at its end', signal: context.shutdown });
  if (context.shutdown.aborted) return;
  const ok = end.exitCode === 0 || end.reason === 'stopped-by-user';
  const detail = ok ? null : `${end.detail ?? 'Its tool ended.'} ${lastLine(output)}`.trim();
  await context.apply({ type: 'ended', ok, detail, output });
  context.activity.forget(workspace.id);
  await backend.remove(handle);
}

/** A tool that cannot start says why at the end. */
function lastLine(output: string): string {
  return output.trim().split('\n').at(-1)?.slice(0, 300) ?? '';
}

/** What the tool wrote last, for whoever wants to know why it ended. */
async function tailOf(backend: WorkspaceBackend, handle: string, signal: AbortSignal): Promise<string> {
  let tail = Buffer.alloc(0);
  for await (const piece of backend.output(handle, { after: 0, signal })) {
    if (piece.kind === 'data') tail = Buffer.concat([tail, piece.data]).subarray(-outputBytes);
  }
  return tail.toString('utf8');
}

async function quietly({ deps, workspaceId }: WorkspaceContext, work: Promise<void>): Promise<void> {
  await work.catch((error: unknown) =>
    deps.log.warn('A workspace is not wholly attended', { workspaceId, error: messageOf(error) }),
  );
}
