import assert from 'node:assert/strict';
import { fillFiles, fillParameters, readTemplate } from '../../../server/domain/projects/templateFile.ts';

const file = (path: string, content: string | Uint8Array) => ({
  path,
  kind: 'file' as const,
  content: typeof content === 'string' ? Buffer.from(content) : content,
});
const texts = (files: ReturnType<typeof fillFiles>) =>
  files.map(({ path, content }) => [path, Buffer.from(content).toString()]);

describe('templates', () => {
  it('are read with defaults, and an empty file asks for nothing', () => {
    assert.deepEqual(readTemplate(''), { description: '', parameters: [] });
    const { parameters } = readTemplate('parameters: [{ name: target }]');
    assert.deepEqual(parameters, [{ name: 'target', description: '' }]);
  });

  it('name what is wrong in the file and where', () => {
    const wrong: readonly (readonly [string, RegExp])[] = [
      ['parameters: [', /line 1/],
      ['parameters: [{ name: Target }]', /parameters\.0\.name: lower-case letters/],
      ['parameters: [{ name: a }, { name: a }]', /two parameters have the same name/],
      ['colour: red', /colour/],
      ['just text', /expected/i],
    ];
    for (const [text, message] of wrong) assert.throws(() => readTemplate(text), { reason: 'wrong-state', message });
  });

  it('take the default where nothing is given, and refuse what is unknown, missing or not offered', () => {
    const template = readTemplate(
      'parameters: [{ name: a, default: x }, { name: b }, { name: c, choices: [p, q], default: p }]',
    );
    assert.deepEqual({ ...fillParameters(template, { b: '' }) }, { a: 'x', b: '', c: 'p' });
    for (const [given, field] of [
      [{}, 'parameters.b'],
      [{ b: '1', d: '2' }, 'parameters.d'],
      [{ b: '1', c: 'r' }, 'parameters.c'],
    ] as const) {
      assert.throws(() => fillParameters(template, given as Record<string, string>), {
        reason: 'invalid-input',
        field,
      });
    }
  });

  it('are filled in texts and paths, and leave all else as it is', () => {
    const binary = Uint8Array.of(0x7b, 0x7b, 0x61, 0x7d, 0x7d, 0);
    const filled = fillFiles(
      [
        file('{{ a }}/x.py', 'v = "{{a}}"; {{ b }}; {{ toString }}; {{ env.A }}'),
        file('b.bin', binary),
        file('flywheel-template.yaml', ''),
      ],
      { a: 'one' },
    );
    assert.deepEqual(texts(filled), [
      ['one/x.py', 'v = "one"; {{ b }}; {{ toString }}; {{ env.A }}'],
      ['b.bin', Buffer.from(binary).toString()],
    ]);
  });

  it('refuse values that lead a path out of the project or onto another file', () => {
    for (const a of ['..', '../x', '/etc', '.git', '', 'a\\b']) {
      assert.throws(() => fillFiles([file('{{ a }}/x', '')], { a }), { reason: 'invalid-input', field: 'parameters' });
    }
    assert.throws(() => fillFiles([file('{{ a }}', ''), file('x', '')], { a: 'x' }), { reason: 'invalid-input' });
  });
});
