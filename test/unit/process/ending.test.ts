import assert from 'node:assert/strict';
import { describeEnding, type Ended } from '../../../server/domain/shared/jobEnding.ts';

const usual: Ended = { code: 0, signal: null, cause: null, diskFull: false, command: 'python train.py', tail: '' };

const table: readonly (readonly [string, Partial<Ended>, string | null, RegExp])[] = [
  ['a good end', {}, null, /^$/],
  ['a good end on a full disk', { diskFull: true }, null, /^$/],
  ['an exit code', { code: 3 }, 'exit-code', /^The command ended with exit code 3\.$/],
  ['a code that stands for a signal', { code: 139 }, 'exit-code', /139 \(SIGSEGV\)/],
  ['a code that stands for a kill', { code: 137 }, 'exit-code', /memory runs out/],
  ['something that cannot be executed', { code: 126 }, 'exit-code', /cannot be executed/],
  ['a signal', { code: null, signal: 'SIGABRT' }, 'signal', /ended by SIGABRT/],
  ['a full disk', { code: 1, diskFull: true }, 'disk-full', /disk .* full; the command ended with exit code 1/],
  ['no such command', { code: 127 }, 'command-not-found', /: python$/],
  ['bash', { code: 127, tail: '/bin/bash: line 1: nosuch: command not found\n' }, 'command-not-found', /: nosuch$/],
  ['dash', { code: 127, tail: '/bin/sh: 1: nosuch: not found\n' }, 'command-not-found', /: nosuch$/],
  ['a stop', { code: 0, cause: { reason: 'stopped-by-user' } }, 'stopped-by-user', /request/],
  ['a stop on a full disk', { code: 1, diskFull: true, cause: { reason: 'stopped-by-user' } }, 'stopped-by-user', /./],
  [
    'a time limit',
    { code: null, signal: 'SIGTERM', cause: { reason: 'time-limit', minutes: 5 } },
    'time-limit',
    /5 min/,
  ],
  [
    'a memory limit',
    { code: null, signal: 'SIGKILL', cause: { reason: 'memory-limit', usedBytes: 210 * 1048576, limitMiB: 200 } },
    'memory-limit',
    /210 MiB.*200 MiB/,
  ],
];

describe('the reason of an end', () => {
  for (const [what, ended, reason, detail] of table) {
    it(`names ${what}`, () => {
      const ending = describeEnding({ ...usual, ...ended });
      assert.equal(ending.reason, reason);
      assert.match(ending.detail ?? '', detail);
    });
  }
});
