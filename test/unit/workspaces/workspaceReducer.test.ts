/** Every state of a workspace against every event. */
import assert from 'node:assert/strict';
import { type WorkspaceState, workspaceStates } from '../../../protocol/model/workspace.ts';
import { reduceWorkspace, type WorkspaceEvent } from '../../../server/domain/workspaces/workspaceReducer.ts';

type Row = { readonly event: WorkspaceEvent; readonly to: Partial<Record<WorkspaceState, WorkspaceState>> };

const ended = { type: 'ended', detail: 'exit code 3', output: 'last words' } as const;

/** What is not named here does not count. */
const table: readonly Row[] = [
  {
    event: { type: 'start-requested', at: 5 },
    to: { stopped: 'starting', failed: 'starting', lost: 'starting' },
  },
  { event: { type: 'waits', detail: 'for a place' }, to: { starting: 'starting' } },
  { event: { type: 'submitted', handle: 'h' }, to: { starting: 'starting', stopping: 'stopping' } },
  { event: { type: 'answered', at: 5 }, to: { starting: 'ready' } },
  { event: { type: 'stop-requested', detail: null }, to: { starting: 'stopping', ready: 'stopping' } },
  { event: { ...ended, ok: true }, to: { starting: 'stopped', ready: 'stopped', stopping: 'stopped' } },
  { event: { ...ended, ok: false }, to: { starting: 'failed', ready: 'failed', stopping: 'stopped' } },
  {
    event: { type: 'refused', detail: 'no such package', output: '' },
    to: { starting: 'failed', stopping: 'stopped' },
  },
  { event: { type: 'disappeared' }, to: { starting: 'lost', ready: 'lost', stopping: 'stopped' } },
];

const somewhere = { backend: 'docker-near' };

describe('the states of a workspace', () => {
  for (const { event, to } of table) {
    const name = 'ok' in event ? `${event.type} ${event.ok ? 'well' : 'badly'}` : event.type;
    it(`${name} leads on from ${Object.keys(to).join(', ')} alone`, () => {
      for (const state of workspaceStates) {
        const change = reduceWorkspace({ ...somewhere, state, starts: 2, detail: null }, event);
        assert.equal(change === null ? undefined : (change.state ?? state), to[state], `from ${state}`);
      }
    });
  }

  it('counts the starts, and forgets what the one before left', () => {
    const change = reduceWorkspace(
      { ...somewhere, state: 'failed', starts: 2, detail: 'old' },
      { type: 'start-requested', at: 9 },
    );
    assert.deepEqual(change, {
      ...{ state: 'starting', starts: 3, activeAt: 9, handle: null },
      ...{ keepUntil: null, warnedAt: null, output: '', detail: null },
    });
  });

  it('remembers where its folder is once its job is there', () => {
    const starting = { ...somewhere, state: 'starting', starts: 1, detail: null } as const;
    assert.deepEqual(reduceWorkspace(starting, { type: 'placed', backend: 'docker-far' }), { backend: 'docker-far' });
    const change = reduceWorkspace(starting, { type: 'submitted', handle: 'h' });
    assert.deepEqual(change, { handle: 'h', folderAt: 'docker-near' });
  });

  it('keeps why it was stopped, and lets go of the job', () => {
    const change = reduceWorkspace(
      { ...somewhere, state: 'stopping', starts: 1, detail: 'idle' },
      { ...ended, ok: false },
    );
    assert.deepEqual(change, { state: 'stopped', handle: null, detail: 'idle', output: 'last words' });
  });
});
