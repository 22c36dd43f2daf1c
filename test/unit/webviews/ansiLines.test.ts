import assert from 'node:assert/strict';
import { AnsiLines, textOf } from '../../../webviews/panels/run/ansiLines.ts';

describe('AnsiLines', () => {
  it('keeps plain lines plain and joins what arrives in pieces', () => {
    const lines = new AnsiLines();
    assert.deepEqual(lines.push('one\ntw'), ['one']);
    assert.equal(lines.unfinished, 'tw');
    assert.deepEqual(lines.push('o\n'), ['two']);
    assert.equal(lines.unfinished, null);
  });

  it('carries a colour over lines until it is reset', () => {
    const [first, second, third] = new AnsiLines().push('\u001b[31mred\nstill\u001b[0m not\nplain\n');
    assert.deepEqual(first, { text: 'red', pieces: [{ text: 'red', classes: 'ansi-red-fg', style: '' }] });
    assert.deepEqual(second && textOf(second), 'still not');
    assert.equal(third, 'plain');
  });

  it('lets a carriage return overwrite its line', () => {
    assert.deepEqual(new AnsiLines().push('10 %\r50 %\r100 %\r\n'), ['100 %']);
  });

  it('leaves markup as text and makes no link of an escape', () => {
    const [markup, link] = new AnsiLines().push(
      '<img src=x>\n\u001b]8;;javascript:alert(1)\u0007here\u001b]8;;\u0007\n',
    );
    assert.equal(markup, '<img src=x>');
    assert.equal(link && textOf(link), 'here (javascript:alert(1))');
  });

  it('gives what is left at the end', () => {
    const lines = new AnsiLines();
    lines.push('no line end');
    assert.deepEqual(lines.end(), ['no line end']);
    assert.deepEqual(lines.end(), []);
  });
});
