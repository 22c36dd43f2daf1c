import assert from 'node:assert/strict';
import type { EventType, FlywheelEvent } from '../../../protocol/events.ts';
import { historyEntries } from '../../../webviews/panels/run/historyEntries.ts';

const ada = { id: 'ada', name: 'Ada' };
let clock = 0;
function event(type: EventType, at: number, more: Partial<FlywheelEvent> = {}): FlywheelEvent {
  clock += 1;
  return { clock, at, type, actor: ada, subject: {}, detail: {}, ...more };
}
const sentences = (...oldestFirst: FlywheelEvent[]) =>
  historyEntries(oldestFirst.reverse()).map(({ who, sentence }) => `${who} ${sentence}`);

describe('the history of a run in sentences', () => {
  it('says who did what', () => {
    assert.deepEqual(
      sentences(
        event('run.created', 0, { detail: { launched: true } }),
        event('run.state-changed', 1, { actor: null, detail: { from: 'running', to: 'failed', reason: 'exit-code' } }),
        event('run.updated', 2, { detail: { from: 'running', to: 'running', reason: null } }),
        event('run.updated', 3, { detail: { 'from:name': 'a', 'to:name': 'b', 'from:tag x': null, 'to:tag x': '1' } }),
        event('run.deleted', 4),
        event('run.restored', 5),
      ),
      [
        'Ada restored it',
        'Ada deleted it',
        'Ada changed its name, tag x',
        'Ada asked it to stop',
        'The server moved it from running to failed (exit code)',
        'Ada launched it',
      ],
    );
    assert.deepEqual(sentences(event('run.created', 0, { detail: { launched: false } })), ['Ada began to log it']);
    assert.deepEqual(sentences(event('queue.changed', 0, { detail: { change: 'paused' } })), [
      'Ada paused it in the queue',
    ]);
  });

  it('takes together what one client logs in a minute, with the first and the last value', () => {
    const wrote = (at: number, from: string | null, to: string | null) =>
      event('run.logged', at, { detail: { 'from:tag t': from, 'to:tag t': to } });
    const [entry, ...others] = historyEntries([
      wrote(40_000, '2', '3'),
      wrote(20_000, '1', '2'),
      event('run.logged', 0, {
        detail: { 'from:tag t': null, 'to:tag t': '1', 'from:parameter p': null, 'to:parameter p': 'q' },
      }),
    ]);
    assert.deepEqual(others, []);
    assert.equal(entry?.sentence, 'logged 1 parameter and 1 tag');
    assert.deepEqual([entry?.from, entry?.to], [0, 40_000]);
    assert.deepEqual(entry?.changes, [
      { field: 'tag t', from: null, to: '3' },
      { field: 'parameter p', from: null, to: 'q' },
    ]);
  });

  it('keeps apart what others logged, what came later, and what is between', () => {
    const logged = (at: number, more: Partial<FlywheelEvent> = {}) => event('run.logged', at, more);
    assert.equal(sentences(logged(0), logged(61_000)).length, 2);
    assert.equal(sentences(logged(0), logged(1, { actor: { id: 'bob', name: 'Bob' } })).length, 2);
    assert.equal(sentences(logged(0), event('run.deleted', 1), logged(2)).length, 3);
    assert.deepEqual(historyEntries([]), []);
  });
});
