import assert from 'node:assert/strict';
import { ClientError } from '../../../client/clientError.ts';
import {
  type ConnectionInput,
  type ConnectionStatus,
  nextStatus,
  retryDelay,
} from '../../../client/connection/connectionState.ts';
import type { Hello } from '../../../protocol/model/session.ts';

const hello = { serverId: 's', version: '1' } as Hello;
const error = new ClientError('token-unknown', 'No.');
const idle: ConnectionStatus = { kind: 'idle' };
const connecting: ConnectionStatus = { kind: 'connecting', attempt: 0 };
const ready: ConnectionStatus = { kind: 'ready', hello };
const waiting: ConnectionStatus = { kind: 'waiting', attempt: 1, detail: 'x' };
const refused: ConnectionStatus = { kind: 'refused', error };
const stopped: ConnectionStatus = { kind: 'stopped' };
const lost: ConnectionInput = { kind: 'lost', detail: 'x' };

describe('nextStatus', () => {
  const table: readonly (readonly [string, ConnectionStatus, ConnectionInput, ConnectionStatus])[] = [
    ['starts when asked', idle, { kind: 'asked' }, connecting],
    ['is ready once greeted', connecting, { kind: 'greeted', hello }, ready],
    ['waits after a failed attempt', connecting, lost, waiting],
    ['waits after a loss', ready, lost, waiting],
    ['tries again when due', waiting, { kind: 'due' }, { kind: 'connecting', attempt: 1 }],
    ['counts attempts', { kind: 'connecting', attempt: 1 }, lost, { kind: 'waiting', attempt: 2, detail: 'x' }],
    [
      'is offline after several',
      { kind: 'connecting', attempt: 4 },
      lost,
      { kind: 'offline', attempt: 5, detail: 'x' },
    ],
    [
      'goes on when offline',
      { kind: 'offline', attempt: 5, detail: 'x' },
      { kind: 'due' },
      { kind: 'connecting', attempt: 5 },
    ],
    ['ends when refused', connecting, { kind: 'refused', error }, refused],
    ['ends when refused while ready', ready, { kind: 'refused', error }, refused],
    ['does not try again by itself when refused', refused, { kind: 'due' }, refused],
    ['ignores a late loss when refused', refused, lost, refused],
    ['tries again when refused and asked', refused, { kind: 'asked' }, connecting],
    ['ignores a late hello when stopped', stopped, { kind: 'greeted', hello }, stopped],
    ['ignores a late loss when stopped', stopped, lost, stopped],
    ['stops from anywhere', ready, { kind: 'stopped' }, stopped],
    ['starts again after a stop', stopped, { kind: 'asked' }, connecting],
  ];
  for (const [name, from, input, to] of table) it(name, () => assert.deepEqual(nextStatus(from, input), to));
});

describe('retryDelay', () => {
  it('grows, is bounded, and spreads clients', () => {
    assert.deepEqual(
      [1, 2, 3, 20].map((attempt) => retryDelay(attempt, 1)),
      [250, 500, 1_000, 30_000],
    );
    assert.equal(retryDelay(1, 0), 125);
    assert.equal(retryDelay(20, 0), 15_000);
  });
});
