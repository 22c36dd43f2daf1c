/** Records with everything filled in, for tests that care for a few fields. */
import type { StoredLaunch, StoredRun } from '../../server/domain/runs/ports.ts';

/** A run that a client logs into the default experiment. */
export function storedRun(fields: Partial<StoredRun> & { readonly id: string }): StoredRun {
  return {
    projectId: 'default',
    experimentId: '0',
    name: fields.id,
    note: '',
    state: 'running',
    reason: null,
    detail: null,
    launched: false,
    createdById: 'ada',
    createdByName: 'Ada',
    createdAt: 1000,
    startedAt: 1000,
    endedAt: null,
    deletedAt: null,
    exitCode: null,
    usage: null,
    launch: null,
    ...fields,
  };
}

export function storedLaunch(fields: Partial<StoredLaunch> = {}): StoredLaunch {
  return {
    command: 'python train.py',
    parameters: { rate: '0.1' },
    environmentId: 'system',
    environmentRevision: 1,
    tierId: 'small',
    backend: 'process',
    pricePerHour: 3.6,
    priority: 0,
    code: { commit: 'a'.repeat(40), base: null, branch: 'main', dirty: false, folder: '' },
    artifacts: ['outputs'],
    requestId: null,
    handle: null,
    stopRequestedAt: null,
    stopRequestedById: null,
    stopReason: null,
    ...fields,
  };
}
