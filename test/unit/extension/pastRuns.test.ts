import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { changesBetween } from '../../../extension/features/code/changes.ts';
import { ContentCache } from '../../../extension/features/code/contentCache.ts';
import { FileTree } from '../../../extension/features/code/fileTree.ts';
import { effectChart, effectInWords } from '../../../extension/features/codeLens/effectChart.ts';
import { effectText, escapeMarkdown } from '../../../extension/features/codeLens/effectText.ts';
import { ScriptStats } from '../../../extension/features/codeLens/scriptStats.ts';
import { scriptTitle } from '../../../extension/features/codeLens/words.ts';
import { Emitter } from '../../../extension/platform/emitter.ts';
import { agoOf } from '../../../extension/platform/plainText.ts';
import type { EventMessage } from '../../../protocol/events.ts';
import type { ParameterEffect, ScriptSummary } from '../../../protocol/model/script.ts';

const colors = { text: '#111', dim: '#222', mark: '#333', best: '#444' };
const value = (text: string, mean: number | null, runs = 1) => ({
  value: text,
  runs,
  measured: mean === null ? 0 : runs,
  mean,
  low: mean,
  high: mean,
  lastAt: 1000,
});
const effect = (...values: ParameterEffect['values'][number][]): ParameterEffect => ({
  parameter: 'rate',
  metric: 'accuracy',
  direction: 'max',
  distinct: values.length,
  considered: 9,
  values,
});
const summary: ScriptSummary = {
  runs: 24,
  considered: 24,
  last: { runId: 'a', name: 'x', by: { id: 'ada', name: 'Ada' }, at: 0, state: 'succeeded' },
  best: { runId: 'a', name: 'x', metric: 'accuracy', value: 0.98123, direction: 'max' },
  parameters: [],
  experiments: [],
  filter: '',
};

describe('past runs in words', () => {
  it('tell count, best and last in one line', () => {
    assert.equal(scriptTitle(summary, 3 * 3_600_000), '24 runs · best accuracy 0.9812 · last by Ada 3 hours ago');
    assert.equal(scriptTitle({ ...summary, runs: 1, best: null, last: null }, 0), '1 run');
    assert.deepEqual([agoOf(0, 30_000), agoOf(0, 90_000_000)], ['just now', 'yesterday']);
  });
});

describe('the effect of a parameter', () => {
  it('is drawn along an axis for numbers, and as bars for words', () => {
    const numbers = effectChart(effect(value('0.1', 0.7), value('0.2', 0.9), value('nan-free', null)), colors) ?? '';
    assert.equal(numbers.match(/<circle/g)?.length, 2);
    assert.match(numbers, /fill="#444"/);
    const bars = effectChart(effect(value('adam', 0.7), value('sgd', 0.9)), colors) ?? '';
    assert.equal(bars.match(/<rect/g)?.length, 2);
    assert.doesNotMatch(numbers + bars, /NaN|Infinity/);
  });

  it('is not drawn for fewer than two values, and has equal ones in the middle', () => {
    assert.equal(effectChart(effect(value('1', 0.5)), colors), null);
    assert.doesNotMatch(effectChart(effect(value('1', 0.5), value('1e300', 0.5)), colors) ?? '', /NaN|Infinity/);
  });

  it('says the best and the worst for who does not see it', () => {
    const words = effectInWords(effect(value('0.1', 0.7), value('0.2', 0.9)));
    assert.equal(words, 'accuracy by rate: on average best 0.9 at 0.2, worst 0.7 at 0.1');
  });

  it('lists the best first, with what was not measured last', () => {
    const text = effectText(effect(value('a', null), value('b', 0.5), value('c', 0.9)), {
      place: {},
      colors,
      now: 2000,
    });
    const rows = (text ?? '').split('\n').filter((line) => line.startsWith('| ['));
    assert.deepEqual(
      rows.map((row) => row.slice(3, 4)),
      ['c', 'b', 'a'],
    );
    assert.match(rows[2] ?? '', /– \| none measured/);
    assert.equal(effectText({ ...effect(), parameter: null }, { place: {}, colors, now: 0 }), null);
  });

  it('never makes markup of what people named', () => {
    const hostile = '](command:evil) <img src=x> `|`\n# [a](http://x) \u202e';
    const named = { ...effect(value(hostile, 0.5), value('<svg onload=x>', 0.7)), parameter: hostile };
    const text = effectText(named, { place: { path: hostile }, colors, now: 0 }) ?? '';
    assert.doesNotMatch(text, /[^\\]\]\(command:evil|<img|<svg|\u202e|\n# /);
    assert.match(text, /U\\\+202E/);
    const svg = Buffer.from(/base64,([^)]+)/.exec(text)?.[1] ?? '', 'base64').toString();
    assert.doesNotMatch(svg, /<img|<svg onload/);
    assert.equal(escapeMarkdown('a|b'), 'a\\|b');
  });
});

describe('what differs between two sides of code', () => {
  it('is told by the ids of contents', () => {
    const before = new Map([
      ['a', '1'],
      ['b', '2'],
      ['c', '3'],
    ]);
    const after = new Map([
      ['b', '2'],
      ['c', '4'],
      ['d', '5'],
    ]);
    assert.deepEqual(
      changesBetween(before, after).map(({ path, kind }) => `${path} ${kind}`),
      ['a deleted', 'c modified', 'd added'],
    );
  });

  it('is shown in folders', () => {
    const tree = new FileTree(
      new Map([
        ['a/b/c.py', 1],
        ['a/d.py', 2],
        ['e.py', 3],
      ]),
    );
    const names = (path: string) => {
      const listed = tree.at(path);
      return listed?.kind === 'folder' ? [...listed.entries].map(([name, kind]) => `${name} ${kind}`) : listed;
    };
    assert.deepEqual(names(''), ['a folder', 'e.py file']);
    assert.deepEqual(names('a'), ['b folder', 'd.py file']);
    assert.deepEqual(names('a/b/c.py'), { kind: 'file', file: 1 });
    assert.equal(names('a/none'), null);
  });

  it('is kept up to a limit, the least recently used given up first', () => {
    const cache = new ContentCache(100);
    for (const id of ['a', 'b', 'c']) cache.keep(id, new Uint8Array(40));
    assert.deepEqual(
      ['a', 'b', 'c'].map((id) => cache.get(id)?.length),
      [undefined, 40, 40],
    );
    cache.get('b');
    cache.keep('d', new Uint8Array(40));
    assert.deepEqual(
      ['b', 'c', 'd'].map((id) => cache.get(id)?.length),
      [40, undefined, 40],
    );
    cache.keep('large', new Uint8Array(51));
    assert.equal(cache.get('large'), undefined);
  });
});

async function eventually(holds: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 5000; !holds(); await turn()) {
    if (Date.now() > deadline) throw new Error(`not in time: ${holds}`);
  }
}

describe('what is known of scripts', () => {
  function stage() {
    const events = new Emitter<EventMessage>();
    const changed = new Emitter<void>();
    const asked: object[] = [];
    let failing = false;
    const client = {
      scripts: {
        summary: async (input: object) => {
          asked.push(input);
          if (failing) throw new Error('away');
          return { ...summary, runs: asked.length };
        },
      },
    };
    const server = { client, status: { url: 'u', state: 'ready' }, onEvent: events.event, onDidChange: changed.event };
    const errors: unknown[] = [];
    const stats = new ScriptStats({ server: server as never, onError: (error) => errors.push(error), paceMs: 20 });
    let announced = 0;
    stats.onDidChange(() => {
      announced += 1;
    });
    const fail = (on: boolean) => {
      failing = on;
    };
    return { stats, events, changed, server, asked, errors, fail, announced: () => announced };
  }
  const touched: EventMessage = { kind: 'touched', clock: 1, runs: [] };

  it('is asked for once, and announced when it comes', async () => {
    const { stats, asked, announced } = stage();
    assert.equal(stats.read({ path: 'a.py' }), undefined);
    stats.read({ path: 'a.py' });
    await turn();
    assert.equal(stats.read({ path: 'a.py' })?.runs, 1);
    assert.deepEqual([asked.length, announced()], [1, 1]);
    stats.dispose();
  });

  it('is asked for again after something happened, however much, once in a while', async () => {
    const { stats, events, asked } = stage();
    stats.read({ path: 'a.py' });
    await turn();
    for (let at = 0; at < 100; at += 1) events.fire(touched);
    for (let at = 0; at < 100; at += 1) stats.read({ path: 'a.py' });
    assert.equal(asked.length, 1);
    stats.onDidChange(() => stats.read({ path: 'a.py' }));
    await eventually(() => asked.length === 2);
    stats.dispose();
  });

  it('stays what it was while the server does not answer, and goes with its server', async () => {
    const { stats, events, errors, fail, server, changed } = stage();
    stats.read({ path: 'a.py' });
    await turn();
    fail(true);
    stats.onDidChange(() => stats.read({ path: 'a.py' }));
    events.fire(touched);
    await eventually(() => errors.length > 0);
    assert.equal(stats.read({ path: 'a.py' })?.runs, 1);
    server.status.url = 'other';
    changed.fire();
    assert.equal(stats.read({ path: 'a.py' }), undefined);
    stats.dispose();
  });
});
