/** What a `sweep.yaml` means, and where its mistakes are. */
import assert from 'node:assert/strict';
import { readSweepText } from '../../../client/sweepText.ts';
import { toSweepFields } from '../../../protocol/model/sweepFile.ts';

const good = `name: digits
project: digits
command: python train.py
parameters:
  epochs: 5
  rate: { low: 1e-4, high: 0.1, log: true }
  layers: { low: 1, high: 4, type: int }
  optimiser: { values: [sgd, adam] }
  momentum: { low: 0, high: 0.99, when: { optimiser: sgd } }
objective: { metric: accuracy, direction: maximize }
sampler: random
pruner: { kind: asha, factor: 3 }
budget: { trials: 40, cost: 5 }
parallel: 3
`;

/** The lines of the mistakes with their messages. */
function mistakes(change: (text: string) => string): readonly string[] {
  const text = change(good);
  const { file, problems } = readSweepText(text);
  assert.equal(file, null);
  return problems.map(({ line, from, to, message }) => {
    assert.ok(from >= 0 && to >= from && to <= text.length);
    return `${line}: ${message}`;
  });
}

describe('the text of a sweep', () => {
  it('means what a sweep is asked for', () => {
    const { file, problems } = readSweepText(good);
    assert.deepEqual(problems, []);
    assert.ok(file);
    const fields = toSweepFields(file, { environmentId: 'system', tierIds: ['small'] });
    assert.deepEqual([fields.environmentId, fields.tierIds, fields.parameters], ['system', ['small'], { epochs: '5' }]);
    assert.deepEqual(fields.space, [
      { kind: 'float', name: 'rate', when: null, low: 1e-4, high: 0.1, log: true, step: null },
      { kind: 'int', name: 'layers', when: null, low: 1, high: 4, log: false, step: 1 },
      { kind: 'choice', name: 'optimiser', when: null, values: ['sgd', 'adam'] },
      {
        ...{ kind: 'float', name: 'momentum', low: 0, high: 0.99, log: false, step: null },
        when: { parameter: 'optimiser', values: ['sgd'] },
      },
    ]);
    assert.deepEqual(fields.sampler, { kind: 'random', seed: 0 });
    assert.deepEqual(fields.pruner, { kind: 'asha', resource: 1, factor: 3 });
    assert.deepEqual(fields.budget, { trials: 40, minutes: null, cost: 5 });
  });

  const cases: readonly (readonly [string, (text: string) => string, RegExp])[] = [
    ['a word that is misspelt', (text) => text.replace('parallel', 'paralel'), /^1: .*paralel/],
    ['a range that is none', (text) => text.replace('low: 1e-4', 'low: tiny'), /^6: .*number/],
    ['a word in a range', (text) => text.replace('log: true', 'logarithmic: true'), /^6: .*logarithmic/],
    ['a range that ends before it begins', (text) => text.replace('high: 4', 'high: 0'), /^7: layers ends before/],
    ['a logarithm of nothing', (text) => text.replace('low: 1e-4', 'low: 0'), /^6: rate is logarithmic/],
    ['an empty list', (text) => text.replace('[sgd, adam]', '[]'), /^8: /],
    ['what depends on nothing', (text) => text.replace('optimiser: sgd', 'optimizer: sgd'), /^9: momentum depends on/],
    ['a direction', (text) => text.replace('maximize', 'up'), /^10: .*minimize/],
    ['a sampler', (text) => text.replace('random', 'bayes'), /^11: A sampler is grid, random or tpe/],
    ['a sampler of no kind', (text) => text.replace('random', '{ kind: bayes }'), /^11: .*sampler/],
    ['a pruner that has no such field', (text) => text.replace('factor: 3', 'warmup: 3, factor: 1'), /^12: /],
    ['no budget', (text) => text.replace('trials: 40, cost: 5', ''), /^13: The sweep has no budget/],
    ['a grid of floats', (text) => text.replace('random', 'grid'), /^6: A grid cannot try every value of rate/],
    ['a list as a parameter', (text) => text.replace('epochs: 5', 'epochs: [5, 6]'), /^5: A parameter is a value/],
    ['no YAML', (text) => text.replace('{ values', '{{ values'), /^\d+: /],
    ['the same twice', (text) => text.replace('epochs: 5', 'epochs: 5\n  epochs: 6'), /^6: Map keys must be unique/],
    ['nothing', () => '', /^1: /],
    [
      'nothing to search',
      (text) => text.replace(/ {2}(rate|layers|optimiser|momentum): .*\n/g, ''),
      /^5: No parameter is searched/,
    ],
    ['a bomb', () => `a: &a [1]\nb: [${'*a, '.repeat(200)}]\n`, /alias/i],
  ];
  for (const [name, change, expected] of cases) {
    it(`names ${name} by its line`, () => {
      const found = mistakes(change);
      assert.ok(
        found.some((each) => expected.test(each)),
        found.join('\n'),
      );
    });
  }
});
