/** How runs that clients log begin and change: pure, apart from the random id and name of a new one. */
import { randomUUID } from 'node:crypto';
import { isFinal } from '../../../protocol/model/run.ts';
import type { RunChange, StoredRun } from '../runs/ports.ts';
import type { Caller } from '../shared/call.ts';
import { DomainError } from '../shared/errors.ts';
import { readableName } from '../shared/readableName.ts';
import { longestRunName, runNameTag, userTag } from './logging.ts';
import { type RunStatus, stateOf } from './runStatus.ts';

export type Texts = Readonly<Record<string, string>>;

export type NewRun = {
  readonly experimentId: string;
  readonly name: string;
  /** As the client says; shown, never trusted. */
  readonly userName: string;
  readonly startedAt: number | undefined;
  readonly tags: Texts;
};

export type RunUpdate = {
  readonly runId: string;
  readonly status: RunStatus | undefined;
  readonly endedAt: number | undefined;
  readonly name: string | undefined;
};

export function newRun(
  asked: NewRun & { readonly projectId: string; readonly at: number; readonly caller: Caller },
): StoredRun {
  const { projectId, experimentId, name, caller, at } = asked;
  return {
    id: randomUUID().replaceAll('-', ''),
    projectId,
    experimentId,
    name,
    note: '',
    state: 'running',
    reason: null,
    detail: null,
    launched: false,
    createdById: caller.userId,
    createdByName: asked.userName || asked.tags[userTag] || caller.userName,
    createdAt: at,
    startedAt: asked.startedAt ?? at,
    endedAt: null,
    deletedAt: null,
    exitCode: null,
    usage: null,
    launch: null,
  };
}

/** The name that argument and tag agree on; a made-up one when neither says any. */
export function chosenName({ name, tags }: Pick<NewRun, 'name' | 'tags'>): string {
  const tagged = tags[runNameTag] ?? '';
  if (name !== '' && tagged !== '' && name !== tagged) {
    const message = `The run has two names: '${name}' as argument and '${tagged}' as tag ${runNameTag}.`;
    throw new DomainError('invalid-input', message, { field: 'run_name', remedy: 'Give one, or the same twice.' });
  }
  return (name || tagged).trim() === '' ? readableName() : checkedName(name || tagged);
}

export function checkedName(name: string): string {
  const trimmed = name.trim();
  if (trimmed === '') throw new DomainError('invalid-input', 'The name of a run is empty.', { field: 'run_name' });
  if (trimmed.length <= longestRunName) return trimmed;
  const message = `'run_name' exceeds the maximum length of ${longestRunName} characters`;
  throw new DomainError('invalid-input', message, { field: 'run_name', remedy: 'Shorten it.' });
}

/** What an update changes. A run that goes on has no end; one that ends without a time ends now. */
export function changeOf(run: StoredRun, { status, endedAt, name }: RunUpdate, now: number): RunChange {
  const renamed = name === undefined || name.trim() === '' ? {} : { name: checkedName(name) };
  if (status === undefined) return endedAt === undefined ? renamed : { ...renamed, endedAt };
  const state = stateOf(status);
  const ended = isFinal(state) ? (endedAt ?? run.endedAt ?? now) : null;
  const reason = state === 'failed' || state === 'stopped' ? 'reported-by-client' : null;
  return { ...renamed, state, reason, endedAt: ended };
}
