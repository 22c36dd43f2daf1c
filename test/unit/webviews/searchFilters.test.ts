import assert from 'node:assert/strict';
import { hasFilter, toggleFilter, writeFilter } from '../../../webviews/panels/search/filters.ts';

describe('filters in the text of a search', () => {
  it('are put in and taken out again', () => {
    const filter = writeFilter('owner', 'Ada "L"');
    assert.equal(filter, 'owner:"Ada  L "');
    const text = toggleFilter('loss', writeFilter('project', 'churn'));
    assert.equal(text, 'loss project:churn ');
    assert.equal(hasFilter(text, 'project:churn'), true);
    assert.equal(hasFilter(text, 'project:chur'), false);
    assert.equal(toggleFilter(text, 'project:churn'), 'loss');
    assert.equal(toggleFilter('', 'lang:r'), 'lang:r ');
  });
});
