import assert from 'node:assert/strict';
import { forecast, periodName, periodsOf, spans } from '../../../webviews/panels/costs/periods.ts';
import { likelyWords, overBudgetWords } from '../../../webviews/panels/launch/likelyWords.ts';

const at = (text: string) => new Date(text).getTime();
const days = (edges: readonly number[]) => edges.map((edge) => new Date(edge).toDateString());

describe('periods of the calendar', () => {
  const now = at('2026-11-24T15:00:00');

  it('begin and end where its days, weeks and months do', () => {
    const month = periodsOf('month', now);
    assert.deepEqual([month.unit, month.edges.length], ['day', 31]);
    assert.deepEqual([days(month.edges)[0], days(month.edges).at(-1)], ['Sun Nov 01 2026', 'Tue Dec 01 2026']);
    assert.equal(days(periodsOf('lastMonth', now).edges)[0], 'Thu Oct 01 2026');
    const last = days(periodsOf('days30', now).edges);
    assert.deepEqual([last.length, last[0], last.at(-1)], [31, 'Mon Oct 26 2026', 'Wed Nov 25 2026']);
    const quarter = days(periodsOf('quarter', now).edges);
    assert.deepEqual(quarter.slice(0, 3), ['Thu Oct 01 2026', 'Mon Oct 05 2026', 'Mon Oct 12 2026']);
    assert.equal(quarter.at(-1), 'Fri Jan 01 2027');
    assert.equal(periodsOf('year', now).edges.length, 13);
  });

  it('ascend, whatever the day, over changes of the clock too', () => {
    for (let day = 0; day < 800; day += 1) {
      const time = at('2025-12-20T12:00:00') + day * 86_400_000;
      for (const span of spans) {
        const { edges } = periodsOf(span, time);
        assert.ok(
          edges.every((edge, place) => place === 0 || edge > (edges[place - 1] ?? 0)),
          `${span} ${new Date(time)}`,
        );
        assert.ok(edges.length <= 121);
      }
    }
  });

  it('lead to a forecast while they last', () => {
    const periods = { unit: 'day', edges: [0, 10 * 86_400_000] } as const;
    assert.equal(forecast(6, periods, 4 * 86_400_000), 15);
    assert.equal(forecast(6, periods, 11 * 86_400_000), null);
    assert.equal(forecast(6, periods, 3_600_000), null, 'an hour says nothing');
    assert.equal(periodName(at('2026-11-24T00:00:00'), 'day'), 'Nov 24');
  });
});

describe('what a launch will likely cost', () => {
  const range = (low: number, high: number) => ({ low, median: (low + high) / 2, high });

  it('is said as a range, with what it is from', () => {
    const estimate = { currency: 'EUR', runs: 12, minutes: range(6, 24), cost: range(0.1, 0.4) };
    assert.equal(
      likelyWords(estimate),
      'Likely €0.10 to €0.40, 6 min 0 s to 24 min 0 s, by 12 runs of it on this tier',
    );
    assert.equal(
      likelyWords({ ...estimate, runs: 1, cost: range(0, 0), minutes: range(1, 1) }),
      'Likely 1 min 0 s, by 1 run of it on this tier',
    );
    assert.equal(likelyWords({ ...estimate, runs: 0, cost: null, minutes: null }), null);
  });
});

describe('what a launch does to budgets', () => {
  const budget = { name: 'iris', kind: 'project', period: 'month', amount: 10, left: 4, over: false } as const;

  it('is said where one has no room, the one that holds the run first', () => {
    const words = (...budgets: Parameters<typeof overBudgetWords>[0]['budgets'][number][]) =>
      overBudgetWords({ currency: 'EUR', budgets });
    assert.equal(words({ ...budget, enforcement: 'approve' }), null);
    assert.equal(
      words({ ...budget, over: true, enforcement: 'warn' }),
      'Over the budget of the project iris: €4.00 of €10.00 this month is left.',
    );
    assert.equal(
      words(
        { ...budget, over: true, enforcement: 'warn' },
        { ...budget, name: 'lab', kind: 'group', period: 'total', left: -2, over: true, enforcement: 'approve' },
      ),
      'Over the budget of the group lab: €0.00 of €10.00 in all is left. The run will wait until somebody approves it.',
    );
  });
});
