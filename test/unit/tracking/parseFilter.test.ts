/** The search grammar: what it accepts, what it says about the rest, and that it never fails otherwise. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { experimentTarget, runTarget } from '../../../server/domain/tracking/filter/columns.ts';
import {
  filterLimits,
  parseColumn,
  parseFilter,
  parseOrdering,
} from '../../../server/domain/tracking/filter/parseFilter.ts';
import { FilterProblem } from '../../../server/domain/tracking/filter/problem.ts';
import type { MetricReading } from '../../../server/domain/tracking/ports.ts';

function short(filter: string): readonly unknown[] {
  return parseFilter(filter).map(({ column, operator, value }) => [column.entity, column.key, operator, value]);
}

function problem(work: () => unknown): FilterProblem {
  try {
    work();
  } catch (error) {
    assert.ok(error instanceof FilterProblem, `an ordinary refusal, not ${error}`);
    assert.ok(error.remedy, 'says what to do');
    return error;
  }
  throw new assert.AssertionError({ message: 'it was accepted' });
}

describe('parseFilter', () => {
  const accepted: readonly (readonly [string, ...(readonly unknown[])])[] = [
    [''],
    ['  \n'],
    ['metrics.loss > .5', ['metric', 'loss', '>', 0.5]],
    ['metric.loss<=-1e-3', ['metric', 'loss', '<=', -0.001]],
    ['metrics.val.loss < 5.', ['metric', 'val.loss', '<', 5]],
    ['metrics.top.5 != 1', ['metric', 'top.5', '!=', 1]],
    ['metrics.0_l = 1', ['metric', '0_l', '=', 1]],
    ['metrics.val/loss >= 1', ['metric', 'val/loss', '>=', 1]],
    ['metrics.`a b` = 1', ['metric', 'a b', '=', 1]],
    ['metrics."a b" = 1', ['metric', 'a b', '=', 1]],
    ["params.`a\"b` = '1'", ['parameter', 'a"b', '=', '1']],
    ["params.x = ''", ['parameter', 'x', '=', '']],
    ["param.x = 'it''s'", ['parameter', 'x', '=', "it's"]],
    ['parameter.x = "it\'s"', ['parameter', 'x', '=', "it's"]],
    ["parameters.x iLike 'A%'", ['parameter', 'x', 'ILIKE', 'A%']],
    ["params.and = '1'", ['parameter', 'and', '=', '1']],
    ["params.not.in = '1'", ['parameter', 'not.in', '=', '1']],
    ["params.learning-rate != '0.1'", ['parameter', 'learning-rate', '!=', '0.1']],
    ["params.é = '✓'", ['parameter', 'é', '=', '✓']],
    ["tags.mlflow.user = 'x'", ['tag', 'mlflow.user', '=', 'x']],
    ["tag.`mlflow.user` LIKE '%a_'", ['tag', 'mlflow.user', 'LIKE', '%a_']],
    ["status = 'RUNNING'", ['attribute', 'status', '=', 'RUNNING']],
    ["attr.status NOT IN ('FAILED', 'KILLED')", ['attribute', 'status', 'NOT IN', ['FAILED', 'KILLED']]],
    ["attributes.`Run name` = 'x'", ['attribute', 'run_name', '=', 'x']],
    ["`run name` = 'x'", ['attribute', 'run_name', '=', 'x']],
    ['params.x is null', ['parameter', 'x', 'IS NULL', null]],
    ['tags.is IS  NOT NULL', ['tag', 'is', 'IS NOT NULL', null]],
    [
      "params.null IS NULL AND tags.a = 'null' AND tier IS NOT NULL",
      ['parameter', 'null', 'IS NULL', null],
      ['tag', 'a', '=', 'null'],
      ['attribute', 'tier', 'IS NOT NULL', null],
    ],
    ['created >= 10', ['attribute', 'start_time', '>=', 10]],
    ['run_id not  in (\'a\', "b")', ['attribute', 'run_id', 'NOT IN', ['a', 'b']]],
    [
      "metrics.a>1 and params.b='x' AND attr.end_time<2",
      ['metric', 'a', '>', 1],
      ['parameter', 'b', '=', 'x'],
      ['attribute', 'end_time', '<', 2],
    ],
  ];
  for (const [filter, ...comparisons] of accepted) {
    it(`reads ${JSON.stringify(filter)}`, () => assert.deepEqual(short(filter), comparisons));
  }

  const refused: readonly (readonly [string, RegExp, number, number])[] = [
    ["params.x = 'a' AND", /Invalid clause\(s\) in filter string: it ends too early/, 18, 18],
    ['metrics.x > 1 OR metrics.y < 1', /Invalid clause\(s\) in filter string: 'OR'/, 14, 16],
    ['params.x = True', /Invalid clause\(s\) in filter string: 'True'/, 11, 15],
    ["params.x = 'a';", /Invalid clause\(s\) in filter string: ';'/, 14, 15],
    ["params.x = 'a' -- c", /Invalid clause\(s\) in filter string/, 15, 17],
    ["params.x = 'abc", /Invalid clause\(s\) in filter string/, 11, 15],
    ["'a' = params.x", /Invalid clause\(s\) in filter string/, 0, 3],
    ["(params.x = 'a')", /Invalid clause\(s\) in filter string/, 0, 1],
    ["params.x <> 'a'", /Invalid clause\(s\) in filter string/, 10, 11],
    ["x = '1'", /Invalid attribute key 'x'/, 0, 1],
    ['foo.x = 1', /Invalid entity type 'foo'/, 0, 3],
    ["metrics.x = '1'", /Expected numeric value type for metric 'x'/, 12, 15],
    ["start_time = '1'", /Expected numeric value type for attribute 'start_time'/, 13, 16],
    ['params.x = 1', /Expected a quoted string value for parameter 'x'/, 11, 12],
    ["params.x > 'a'", /Invalid comparator '>' for parameter 'x'/, 9, 10],
    ["tags.x IN ('a')", /Invalid comparator 'IN'/, 7, 9],
    ["run_id IN 'a'", /Expected a list of quoted strings/, 10, 13],
    ["run_id = ('a')", /Expected a quoted string value/, 9, 14],
    ['run_id IN (1)', /Invalid clause\(s\) in filter string: '1'/, 11, 12],
    ['run_id IN ()', /Invalid clause\(s\) in filter string: '\)'/, 11, 12],
  ];
  for (const [filter, message, from, to] of refused) {
    it(`refuses ${JSON.stringify(filter)} and says where`, () => {
      const fault = problem(() => parseFilter(filter));
      assert.match(fault.message, message);
      assert.deepEqual([fault.reason, fault.from, fault.to], ['invalid-filter', from, to]);
    });
  }

  it('reads which value of a metric is meant', () => {
    const direction = (key: string) => (key === 'odd' ? 'min' : 'max');
    const target = { ...runTarget, direction };
    const readings: readonly (readonly [string, string, MetricReading | undefined])[] = [
      ['metrics.a', 'a', undefined],
      ['last.a', 'a', undefined],
      ['min.`a b`', 'a b', 'min'],
      ['max.val.loss', 'val.loss', 'max'],
      ['best.odd', 'odd', 'min'],
      ['best.loss', 'loss', 'max'],
      ['metrics.val/loss@10', 'val/loss', { step: 10 }],
      ['metric.`val loss@-3`', 'val loss', { step: -3 }],
      ['metrics.a@b', 'a@b', undefined],
      ['last.a@5', 'a@5', undefined],
      ['min.a@5', 'a@5', 'min'],
    ];
    for (const [text, key, reading] of readings) {
      const column = { entity: 'metric', key, ...(reading !== undefined && { reading }) };
      assert.deepEqual(parseColumn(text, target), column);
      assert.deepEqual(parseFilter(`${text} > 1`, target)[0]?.column, column);
      assert.deepEqual(parseOrdering(`${text} DESC`, target), { column, ascending: false });
    }
    assert.deepEqual(parseColumn('best.loss'), { entity: 'metric', key: 'loss', reading: 'min' }, 'by its name');
    assert.match(problem(() => parseColumn('best.loss DESC')).message, /Invalid column: 'DESC' at position 11/);
    assert.match(problem(() => parseColumn('')).message, /Invalid column/);
  });

  it('refuses what is too long or has too many clauses', () => {
    const clause = 'metrics.a > 1';
    const most = Array(filterLimits.clauses).fill(clause);
    assert.equal(parseFilter(most.join(' AND ')).length, filterLimits.clauses);
    assert.match(problem(() => parseFilter([...most, clause].join(' AND '))).message, /201 comparisons/);
    assert.match(problem(() => parseFilter(Array(5000).fill(clause).join(' AND '))).message, /5000 comparisons/);
    assert.match(problem(() => parseFilter(`params.a = '${'x'.repeat(filterLimits.bytes)}'`)).message, /100000 bytes/);
    assert.match(problem(() => parseFilter('('.repeat(50_000))).message, /Invalid clause/);
  });

  it('knows the columns of experiments as well', () => {
    assert.deepEqual(
      parseFilter("name LIKE 'a%' AND tags.team = 'x' AND creation_time > 1", experimentTarget).length,
      3,
    );
    assert.match(
      problem(() => parseFilter('metrics.a > 1', experimentTarget)).message,
      /Invalid entity type 'metrics'/,
    );
    assert.match(problem(() => parseFilter("run_id = 'a'", experimentTarget)).message, /Invalid attribute key/);
  });

  it('gives a result or a refusal for any text', () => {
    const word = fc.constantFrom(
      ...["'", '"', '`', '(', ')', ',', '.', '=', '!=', '<', '--', ';', '%', '\\', '/*', '\u2019', '\0'],
      ...[' AND ', ' OR ', ' IN ', ' NOT ', ' LIKE ', 'metrics', 'params', 'status', '1', '1e9', "'x'", 'a b'],
    );
    const anything = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(word, { maxLength: 40 }).map((all) => all.join('')),
    );
    fc.assert(
      fc.property(anything, (text) => {
        for (const read of [parseFilter, parseOrdering]) {
          try {
            read(text);
          } catch (error) {
            assert.ok(error instanceof FilterProblem);
            assert.ok(error.from >= 0 && error.from <= error.to && error.to <= text.length);
          }
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('keeps any name and value as they were written in quotes', () => {
    const text = fc.string({ unit: 'grapheme' });
    fc.assert(
      fc.property(text, text, (key, value) => {
        const filter = `params.\`${key.replaceAll('`', '``')}\` = '${value.replaceAll("'", "''")}'`;
        assert.deepEqual(short(filter), [['parameter', key, '=', value]]);
      }),
    );
  });
});

describe('parseOrdering', () => {
  const accepted: readonly (readonly [string, string, string, boolean])[] = [
    ['metrics.accuracy DESC', 'metric', 'accuracy', false],
    ['metrics.accuracy', 'metric', 'accuracy', true],
    ['metrics.desc desc', 'metric', 'desc', false],
    ['params.`a b` asc', 'parameter', 'a b', true],
    ['attributes.start_time DESC', 'attribute', 'start_time', false],
    ['Created', 'attribute', 'start_time', true],
    ['duration DESC', 'attribute', 'duration', false],
  ];
  for (const [text, entity, key, ascending] of accepted) {
    it(`reads ${text}`, () => assert.deepEqual(parseOrdering(text), { column: { entity, key }, ascending }));
  }
  for (const text of ['', 'metrics.x DESC ASC', 'metrics.x, params.y', 'loss', 'metrics.', 'foo.x']) {
    it(`refuses ${JSON.stringify(text)}`, () => problem(() => parseOrdering(text)));
  }
});
