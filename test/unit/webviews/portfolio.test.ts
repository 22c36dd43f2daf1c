/** Which projects a portfolio shows and in which order, what its CSV holds, and how events read. */
import assert from 'node:assert/strict';
import type { FlywheelEvent } from '../../../protocol/events.ts';
import type { PortfolioProject } from '../../../protocol/model/portfolio.ts';
import {
  boardOf,
  isShown,
  noFilters,
  ordered,
  portfolioCsv,
} from '../../../webviews/panels/portfolio/shownProjects.ts';
import { eventReason, eventWords } from '../../../webviews/panels/project/eventWords.ts';
import { forecastOf, monthOf } from '../../../webviews/state/month.ts';

const stages = ['idea', 'pilot', 'retired'].map((id) => ({ id, name: id, quiet: false }));

function project(id: string, change: Partial<PortfolioProject> = {}): PortfolioProject {
  return {
    id,
    name: id,
    purpose: '',
    stage: 'idea',
    version: 1,
    tags: [],
    visibility: 'private',
    template: false,
    archived: false,
    owner: { id: 'ada', name: 'Ada' },
    mayChange: true,
    health: { state: 'good', why: ['Fine.'] },
    openBlockers: 0,
    goals: { total: 0, reached: 0 },
    runs: { total: 0, active: 0 },
    liveModels: 0,
    spent: 0,
    lastActivityAt: 0,
    ...change,
  };
}

describe('the portfolio', () => {
  it('shows what has every word somewhere, and is as asked', () => {
    const one = project('iris', { purpose: 'Which flower', tags: ['vision'], stage: 'pilot' });
    assert.ok(isShown(one, { ...noFilters, text: 'FLOWER  vis ada' }));
    assert.ok(!isShown(one, { ...noFilters, text: 'flower tree' }));
    assert.ok(!isShown(one, { ...noFilters, stage: 'idea' }));
    assert.ok(!isShown(one, { ...noFilters, health: 'blocked' }));
    assert.ok(!isShown(one, { ...noFilters, ownerId: 'grace' }));
  });

  it('sorts by the order of stages and by how bad health is, ties by id', () => {
    const all = [
      project('c', { stage: 'retired' }),
      project('b', { stage: 'pilot', health: { state: 'blocked', why: [] } }),
      project('a', { stage: 'gone' }),
    ];
    const ids = (column: 'stage' | 'health', descending: boolean) =>
      ordered(all, { column, descending }, stages).map(({ id }) => id);
    assert.deepEqual(ids('stage', false), ['b', 'c', 'a']);
    assert.deepEqual(ids('health', true), ['b', 'a', 'c']);
  });

  it('has a column for every stage, and one for a stage that the list lost', () => {
    const board = boardOf([project('a', { stage: 'gone' }), project('b', { stage: 'pilot' })], stages);
    assert.deepEqual(
      board.map(({ id, projects }) => [id, projects.length]),
      [
        ['idea', 0],
        ['pilot', 1],
        ['retired', 0],
        ['gone', 1],
      ],
    );
  });

  it('is saved with a cell for each heading, and no formula among them', () => {
    const [head = '', row = ''] = portfolioCsv(
      [project('iris', { name: '=1+1', spent: 2 })],
      'EUR',
      (spent) => spent * 2,
    ).split('\r\n');
    assert.equal(row.split(',').length, head.split(',').length);
    assert.ok(row.startsWith("'=1+1,iris,idea,Good,Fine.,0,0,0,2,4,EUR,0,0,0,Ada,1970-01-01T00:00:00.000Z"), row);
  });
});

describe('the month', () => {
  it('goes on as so far, from its second day', () => {
    const month = monthOf(new Date(2026, 1, 10).getTime());
    const days = (month.to - month.from) / 86_400_000;
    assert.equal(Math.round(days), 28);
    assert.equal(forecastOf(10, month, month.from + 7 * 86_400_000), (10 * days) / 7);
    assert.equal(forecastOf(10, month, month.from + 1000), null);
    assert.equal(forecastOf(10, month, month.to), null);
  });
});

describe('events in the feed of a project', () => {
  const event = (type: FlywheelEvent['type'], detail: FlywheelEvent['detail'] = {}): FlywheelEvent => ({
    clock: 1,
    at: 0,
    type,
    actor: null,
    subject: { userId: 'grace' },
    detail,
  });

  it('read as what somebody did, with why', () => {
    const moved = event('project.updated', { changed: 'stage', from: 'idea', to: 'pilot', reason: 'it works' });
    assert.deepEqual([eventWords(moved), eventReason(moved)], ['changed stage: idea → pilot', 'it works']);
    assert.equal(eventWords(event('project.updated', { changed: 'archived', archived: true })), 'archived the project');
    assert.equal(eventWords(event('project.member-changed', { role: null })), 'took grace out');
    assert.equal(
      eventWords(event('project.goal-changed', { changed: 'goal A', what: 'progress', progress: 40 })),
      'goal A: progress, now 40 %',
    );
    assert.equal(eventWords(event('model.alias-set')), 'model alias set');
  });
});
