import assert from 'node:assert/strict';
import type { FlywheelClient } from '../../../client/connection/connection.ts';
import { LiveList } from '../../../extension/connection/liveList.ts';
import { Emitter } from '../../../extension/platform/emitter.ts';
import type { EventMessage } from '../../../protocol/events.ts';

function open() {
  const events = new Emitter<EventMessage>();
  const changes = new Emitter<void>();
  const status = { state: 'ready' as const, detail: null, url: 'http://one' as string | null };
  const errors: unknown[] = [];
  const state = { fetches: 0, items: ['a'], failing: false };
  const list = new LiveList<string>({
    server: { client: {} as FlywheelClient, status, onEvent: events.event, onDidChange: changes.event },
    fetch: async () => {
      state.fetches += 1;
      if (state.failing) throw new Error('away');
      return [...state.items];
    },
    isAbout: (event) => event.type === 'run.created',
    onError: (error) => errors.push(error),
  });
  changes.fire();
  const changed = () =>
    new Promise<void>((resolve) => {
      const once = list.onDidChange(() => {
        once.dispose();
        resolve();
      });
    });
  return { events, changes, status, errors, state, list, changed };
}

function about(type: 'run.created' | 'token.created'): EventMessage {
  return { kind: 'event', event: { clock: 1, at: 0, type, actor: null, subject: {}, detail: {} } };
}

describe('live list', () => {
  it('fetches once for many events in a moment', async () => {
    const { events, state, list, changed } = open();
    const done = changed();
    for (let count = 0; count < 50; count += 1) events.fire(about('run.created'));
    await done;
    assert.equal(state.fetches, 1);
    assert.deepEqual(list.items, ['a']);
    list.dispose();
  });

  it('leaves alone what is about something else', async () => {
    const { events, state, list, changed } = open();
    events.fire(about('token.created'));
    events.fire({ kind: 'touched', clock: 1, runs: [] });
    const done = changed();
    events.fire({ kind: 'reset', clock: 1 });
    await done;
    assert.equal(state.fetches, 1);
    list.dispose();
  });

  it('keeps what it has while the server is away, and drops it with the server', async () => {
    const { events, changes, status, errors, state, list, changed } = open();
    const done = changed();
    events.fire({ kind: 'ready', clock: 1 });
    await done;
    state.failing = true;
    list.refresh();
    while (errors.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    assert.deepEqual(list.items, ['a']);
    status.url = 'http://two';
    changes.fire();
    assert.deepEqual(list.items, []);
    list.dispose();
  });
});
