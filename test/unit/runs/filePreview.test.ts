import assert from 'node:assert/strict';
import { mediaTypeOf, previewBytes, previewOf } from '../../../server/domain/runs/filePreview.ts';

describe('file preview', () => {
  it('shows text as text, also without a known extension', () => {
    const data = Buffer.from('grün\n');
    assert.deepEqual(previewOf('LICENSE', data.length, data), {
      path: 'LICENSE',
      bytes: 6,
      mediaType: 'text/plain',
      truncated: false,
      content: { encoding: 'text', text: 'grün\n' },
    });
  });

  it('cuts long text without splitting a character', () => {
    const data = Buffer.from('€'.repeat(200_000));
    const preview = previewOf('long.txt', data.length, data.subarray(0, previewBytes('long.txt')));
    assert.equal(preview.truncated, true);
    assert.ok(preview.content.encoding === 'text' && /^€+$/.test(preview.content.text));
  });

  it('takes bytes that are no text for what they are', () => {
    for (const data of [Buffer.from([0, 1, 2]), Buffer.from([0xff, 0xfe, 0x41])]) {
      const preview = previewOf('weights.txt', data.length, data);
      assert.deepEqual(preview.content, { encoding: 'base64', data: data.toString('base64') });
    }
  });

  it('shows an image whole up to 4 MiB and only its beginning past that', () => {
    const small = Buffer.alloc(3 * 1024 * 1024, 7);
    const whole = previewOf('plot.PNG', small.length, small);
    assert.deepEqual([whole.mediaType, whole.truncated], ['image/png', false]);
    assert.ok(whole.content.encoding === 'base64' && whole.content.data.length > 4_000_000);
    const head = Buffer.alloc(previewBytes('plot.png'), 7);
    assert.equal(previewOf('plot.png', head.length + 1, head).truncated, true);
  });

  it('never hands out a drawing with script in it as text', () => {
    const svg = Buffer.from('<svg onload="alert(1)"/>');
    assert.equal(previewOf('x.svg', svg.length, svg).content.encoding, 'base64');
  });

  it('knows types by extension', () => {
    const expected = { 'a.py': 'text/x-python', 'a.json': 'application/json', 'a.ts': 'text/x-typescript' };
    for (const [path, type] of Object.entries(expected)) assert.equal(mediaTypeOf(path), type);
    assert.equal(mediaTypeOf('a.constructor'), 'application/octet-stream');
  });
});
