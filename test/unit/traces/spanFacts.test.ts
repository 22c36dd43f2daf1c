/** What follows from spans, and how filters go together. */
import assert from 'node:assert/strict';
import { correlationOf } from '../../../server/domain/traces/correlation.ts';
import {
  attributeText,
  factsOf,
  milliseconds,
  plainValue,
  traceFactsOf,
} from '../../../server/domain/traces/spanFacts.ts';
import { isDeeper } from '../../../server/transport/mlflow/otlp/spanModel.ts';
import { aSpan, text } from '../../harness/spans.ts';

describe('spanFacts', () => {
  it('reads times to the microsecond', () => {
    assert.equal(milliseconds('1700000000123456789'), 1700000000123.4568);
    assert.deepEqual(['0', '5', '1000000', '18446744073709551615'].map(milliseconds), [0, 5e-6, 1, 18446744073709.55]);
  });

  it('knows type, status and duration', () => {
    const facts = factsOf(aSpan({ attributes: [text('mlflow.spanType', '"LLM"')], status: { code: 2, message: '' } }));
    assert.deepEqual([facts.type, facts.status, facts.duration], ['LLM', 'ERROR', 1500]);
    assert.equal(factsOf(aSpan({ endTimeUnixNano: '0' })).duration, null);
  });

  it('makes any value a text', () => {
    const list = { arrayValue: { values: [{ intValue: '9007199254740993' }, {}, { boolValue: true }] } };
    assert.deepEqual(plainValue(list), ['9007199254740993', null, true]);
    assert.deepEqual(plainValue({ kvlistValue: { values: [{ key: '__proto__', value: { intValue: '1' } }] } }), {
      ['__proto__']: 1,
    });
    assert.deepEqual(
      [{ stringValue: '"quoted"' }, { stringValue: '"half' }, { doubleValue: 0.5 }, list, undefined].map(attributeText),
      ['quoted', '"half', '0.5', '["9007199254740993",null,true]', 'null'],
    );
  });

  it('takes the state of a trace from its root alone', () => {
    const child = aSpan({ parentSpanId: 'a'.repeat(16), status: { code: 2, message: '' } });
    assert.equal(traceFactsOf([child]).state, 'IN_PROGRESS');
    assert.equal(traceFactsOf([child, aSpan()]).state, 'OK');
    assert.equal(traceFactsOf([aSpan({ endTimeUnixNano: '0' })]).state, 'IN_PROGRESS');
    const asked = [text('gen_ai.input.messages', 'x'.repeat(2000)), text('mlflow.traceTag.a', '1')];
    const facts = traceFactsOf([aSpan({ attributes: asked, name: 'n' })]);
    assert.deepEqual([facts.requestPreview?.length, facts.tags], [1000, { 'mlflow.traceName': 'n', a: '1' }]);
  });
});

describe('correlationOf', () => {
  /** By hand: ln(p(xy) / p(x)p(y)) / -ln p(xy). */
  const cases: readonly (readonly [number, number, number, number, number])[] = [
    [100, 10, 10, 10, 1],
    [100, 50, 50, 25, 0],
    [100, 50, 50, 0, -1],
    [100, 100, 100, 100, 1],
    [100, 20, 40, 16, Math.log(2) / -Math.log(0.16)],
  ];
  for (const [total, first, second, joint, npmi] of cases) {
    it(`is ${npmi.toFixed(2)} for ${joint} of ${first} and ${second} among ${total}`, () => {
      const found = correlationOf({ total, first, second, joint });
      assert.ok(Math.abs(found.npmi - npmi) < 1e-9, String(found.npmi));
      assert.ok(found.smoothed >= -1 && found.smoothed <= 1);
    });
  }

  it('says nothing where there is nothing', () => {
    assert.ok(Number.isNaN(correlationOf({ total: 0, first: 0, second: 0, joint: 0 }).npmi));
    assert.ok(Number.isNaN(correlationOf({ total: 5, first: 0, second: 3, joint: 0 }).npmi));
  });
});

describe('isDeeper', () => {
  it('counts levels without falling over', () => {
    let nested: unknown = 1;
    for (let depth = 0; depth < 100_000; depth += 1) nested = [nested];
    assert.equal(isDeeper(nested, 1000), true);
    assert.deepEqual([isDeeper({ a: [1] }, 2), isDeeper({ a: [1] }, 1), isDeeper('x', 0)], [false, true, false]);
  });
});
