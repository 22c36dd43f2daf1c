import assert from 'node:assert/strict';
import { isFinal, type RunState, runStates } from '../../../protocol/model/run.ts';
import {
  type JobEnded,
  type RunEvent,
  type RunEventType,
  reduceRun,
} from '../../../server/domain/compute/runReducer.ts';
import type { StoredRun } from '../../../server/domain/runs/ports.ts';
import { storedRun } from '../../fixtures/storedRun.ts';

const ended: JobEnded = {
  kind: 'ended',
  startedAt: 100,
  endedAt: 200,
  exitCode: 0,
  reason: null,
  detail: null,
  usage: { cpuSeconds: 1, peakMemoryBytes: 2 },
};

const events: { readonly [Type in RunEventType]: Extract<RunEvent, { readonly type: Type }> } = {
  picked: { type: 'picked' },
  prepared: { type: 'prepared' },
  'environment-failed': { type: 'environment-failed', at: 9, error: 'pip failed' },
  refused: { type: 'refused', at: 9, reason: 'code-unavailable', detail: 'gone' },
  'held-up': { type: 'held-up', reason: 'backend-unavailable', detail: 'down' },
  submitted: { type: 'submitted', handle: 'h' },
  'job-running': { type: 'job-running', startedAt: 100 },
  'job-ended': { type: 'job-ended', ended, note: null },
  'job-gone': { type: 'job-gone', at: 9 },
  'stop-requested': { type: 'stop-requested', at: 9, byId: 'ada' },
  'stopped-before-start': { type: 'stopped-before-start', at: 9 },
  dropped: { type: 'dropped', at: 9, reason: 'dependency-failed', detail: 'prepare failed' },
};

/** Where each event leads from each state; `-` where it does not count. Columns as in `columns`. */
const columns = Object.keys(events) as RunEventType[];
const table: Readonly<Record<RunState, string>> = {
  queued: 'preparing - - failed - - - - - stopped - stopped',
  preparing: '- starting failed failed preparing - - - - preparing stopped -',
  starting: '- - - failed starting starting running succeeded lost starting stopped -',
  running: '- - - - running - running succeeded lost running - -',
  succeeded: '- - - - - - - - - - - -',
  failed: '- - - - - - - - - - - -',
  stopped: '- - - - - - - - - - - -',
  lost: '- - - - - - - - - - - -',
};

function inState(state: RunState, change: Partial<StoredRun> = {}): StoredRun {
  return storedRun({ state, ...change });
}

function endOf(end: Partial<JobEnded>, run = inState('running')) {
  const change = reduceRun(run, { type: 'job-ended', ended: { ...ended, ...end }, note: null });
  return [change?.state, change?.reason];
}

describe('run reducer', () => {
  for (const state of runStates) {
    const expected = table[state].split(' ');
    for (const [index, type] of columns.entries()) {
      it(`${state} + ${type} -> ${expected[index]}`, () => {
        assert.equal(reduceRun(inState(state), events[type])?.state ?? '-', expected[index]);
      });
    }
  }

  it('gives every final state an end', () => {
    for (const state of runStates) {
      for (const event of Object.values(events)) {
        const change = reduceRun(inState(state), event);
        if (change?.state && isFinal(change.state))
          assert.notEqual(change.endedAt ?? null, null, `${state}, ${event.type}`);
      }
    }
  });

  it('never touches a run that a client only logs', () => {
    assert.equal(reduceRun(inState('running', { launch: null, launched: false }), events['job-ended']), null);
  });

  it('says each end by its reason', () => {
    assert.deepEqual(endOf({}), ['succeeded', null]);
    assert.deepEqual(endOf({ exitCode: 3 }), ['failed', 'exit-code']);
    assert.deepEqual(endOf({ exitCode: null, reason: 'signal' }), ['failed', 'signal']);
    assert.deepEqual(endOf({ exitCode: null, reason: 'memory-limit' }), ['failed', 'memory-limit']);
    assert.deepEqual(endOf({ exitCode: 0, reason: 'time-limit' }), ['failed', 'time-limit']);
    assert.deepEqual(endOf({ exitCode: 127, reason: 'command-not-found' }), ['failed', 'command-not-found']);
    assert.deepEqual(endOf({ exitCode: null, reason: 'stopped-by-user' }), ['stopped', 'stopped-by-user']);
    assert.deepEqual(endOf({ exitCode: null, reason: null }), ['lost', 'job-disappeared']);
  });

  it('takes the end after a stop for a stop, unless the job had succeeded or hit a limit', () => {
    const { launch } = inState('running');
    assert.ok(launch);
    const stopping = inState('running', { launch: { ...launch, stopRequestedAt: 5, stopRequestedById: 'ada' } });
    assert.deepEqual(endOf({ exitCode: 143 }, stopping), ['stopped', 'stopped-by-user']);
    assert.deepEqual(endOf({ exitCode: null, reason: 'signal' }, stopping), ['stopped', 'stopped-by-user']);
    assert.deepEqual(endOf({ exitCode: 0 }, stopping), ['succeeded', null]);
    assert.deepEqual(endOf({ exitCode: null, reason: 'memory-limit' }, stopping), ['failed', 'memory-limit']);
  });

  it('says why the server itself stopped it', () => {
    const asked = reduceRun(inState('running'), { type: 'stop-requested', at: 5, reason: 'pruned' });
    const { launch } = inState('running');
    assert.ok(launch);
    const stopping = inState('running', { launch: { ...launch, ...asked?.launch } });
    assert.deepEqual(endOf({ exitCode: 143 }, stopping), ['stopped', 'pruned']);
    assert.deepEqual(endOf({ exitCode: 0 }, stopping), ['succeeded', null]);
    const waiting = reduceRun(inState('queued'), { type: 'stop-requested', at: 5, reason: 'sweep-ended' });
    assert.deepEqual([waiting?.state, waiting?.reason], ['stopped', 'sweep-ended']);
    const starting = inState('starting', { launch: { ...launch, ...asked?.launch } });
    assert.equal(reduceRun(starting, { type: 'stopped-before-start', at: 9 })?.reason, 'pruned');
  });

  it('keeps the first request to stop and the first time of start', () => {
    const first = reduceRun(inState('running'), events['stop-requested']);
    assert.deepEqual(first?.launch, { stopRequestedAt: 9, stopRequestedById: 'ada' });
    const { launch } = inState('running');
    assert.ok(launch);
    const asked = inState('running', { launch: { ...launch, ...first?.launch }, startedAt: 50 });
    assert.equal(reduceRun(asked, { type: 'stop-requested', at: 99, byId: 'bob' }), null);
    assert.equal(reduceRun(asked, { type: 'job-running', startedAt: 70 }), null);
  });

  it('adds what could not be kept to the reason of the end', () => {
    const event = { type: 'job-ended', ended: { ...ended, detail: 'One line.' }, note: 'Not kept: a.' } as const;
    assert.equal(reduceRun(inState('running'), event)?.detail, 'One line. Not kept: a.');
  });
});
