import assert from 'node:assert/strict';
import { type Judged, judgeHealth } from '../../../server/domain/projects/judgeHealth.ts';

const day = 86_400_000;
const well: Judged = {
  openBlockers: 0,
  lastStates: [],
  lastActivityAt: 100 * day,
  archived: false,
  quiet: false,
  now: 100 * day,
};
const judge = (change: Partial<Judged>) => judgeHealth({ ...well, ...change });

describe('health of a project', () => {
  it('is the worst that holds, and says all that does', () => {
    const all = judge({ openBlockers: 2, lastStates: ['failed', 'lost', 'failed'], lastActivityAt: 0 });
    assert.equal(all.state, 'blocked');
    assert.deepEqual(all.why, ['2 blockers are open.', 'The last 3 runs failed.', 'Nothing happened for 100 days.']);
    assert.equal(judge({ lastStates: ['failed', 'failed', 'failed'], lastActivityAt: 0 }).state, 'failing');
    assert.equal(judge({}).state, 'good');
  });

  it('is not failing for one failure, nor for fewer runs than it takes', () => {
    assert.equal(judge({ lastStates: ['failed', 'failed'] }).state, 'good');
    assert.equal(judge({ lastStates: ['failed', 'succeeded', 'failed'] }).state, 'good');
    assert.equal(judge({ lastStates: ['stopped', 'failed', 'failed'] }).state, 'good');
  });

  it('is stale after the thirtieth day without activity', () => {
    assert.equal(judge({ lastActivityAt: 70 * day }).state, 'good');
    assert.equal(judge({ lastActivityAt: 69 * day }).state, 'stale');
  });

  it('is quiet where nothing is expected, whatever was', () => {
    const past = { openBlockers: 1, lastActivityAt: 0 };
    assert.equal(judge({ ...past, quiet: true }).state, 'quiet');
    assert.equal(judge({ ...past, archived: true }).state, 'quiet');
  });
});
