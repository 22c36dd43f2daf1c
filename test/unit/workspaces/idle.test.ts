import assert from 'node:assert/strict';
import { planIdle, stopsAt } from '../../../server/domain/workspaces/idle.ts';

const minute = 60_000;
const idle = { activeAt: 100 * minute, idleMinutes: 60, keepUntil: null, warnedAt: null, limitAt: null };
const measures = { noticeMs: 10 * minute, minuteMs: minute };
const at = (minutes: number) => ({ now: minutes * minute, ...measures });

describe('an idle workspace', () => {
  it('is asked about once before it is stopped', () => {
    assert.equal(planIdle(idle, at(159)), 'work');
    assert.equal(planIdle(idle, at(160)), 'warn');
    const warned = { ...idle, warnedAt: 160 * minute };
    assert.equal(planIdle(warned, at(169)), 'wait');
    assert.equal(planIdle(warned, at(170)), 'stop');
  });

  it('goes on when somebody worked in it after the notice', () => {
    assert.equal(planIdle({ ...idle, warnedAt: 160 * minute, activeAt: 165 * minute }, at(170)), 'work');
  });

  it('has the whole notice when the server was away as it fell due', () => {
    assert.equal(planIdle(idle, at(10_000)), 'warn');
    assert.equal(stopsAt({ ...idle, warnedAt: 10_000 * minute }, measures), 10_010 * minute);
  });

  it('is kept until the extension is over', () => {
    const extended = { ...idle, keepUntil: 300 * minute };
    assert.equal(planIdle(extended, at(299)), 'work');
    assert.equal(planIdle(extended, at(300)), 'warn');
    assert.equal(stopsAt(extended, measures), 310 * minute);
  });

  it('is stopped at the time limit of its tier, whoever works in it, and told before', () => {
    const limited = { ...idle, limitAt: 150 * minute };
    assert.equal(planIdle({ ...limited, activeAt: 139 * minute }, at(139)), 'work');
    assert.equal(planIdle({ ...limited, activeAt: 140 * minute }, at(140)), 'warn');
    assert.equal(planIdle({ ...limited, activeAt: 149 * minute, warnedAt: 140 * minute }, at(149)), 'wait');
    assert.equal(planIdle({ ...limited, activeAt: 150 * minute, warnedAt: 140 * minute }, at(150)), 'stop');
    assert.equal(stopsAt(limited, measures), 150 * minute);
  });

  it('is never stopped where nobody wants that', () => {
    const never = { ...idle, idleMinutes: null };
    assert.equal(planIdle(never, at(1_000_000)), 'work');
    assert.equal(stopsAt(never, measures), null);
  });
});
