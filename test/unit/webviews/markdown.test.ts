import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isSafeLink, markdown, plainOf } from '../../../webviews/ui/markdown.ts';

type Template = { readonly strings: readonly string[]; readonly values: readonly unknown[] };

/** As the page has it: what stands in the template is markup, each value is text or an attribute and cannot become any. */
function written(value: unknown): string {
  if (Array.isArray(value)) return value.map(written).join('');
  if (typeof value === 'object' && value !== null && 'strings' in value) {
    const { strings, values } = value as Template;
    return strings.map((text, at) => text + (at < values.length ? written(values[at]) : '')).join('');
  }
  return typeof value === 'symbol' ? '' : String(value).replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

const page = (text: string) => written(markdown(text)).replace(/^<div class="markdown">|<\/div>$/g, '');

const blocks: readonly (readonly [string, string])[] = [
  ['plain\nsecond line', '<p>plain<br />second line</p>'],
  ['**bold** _soft_ ~~gone~~ `code`', '<p><strong>bold</strong> <em>soft</em> <s>gone</s> <code>code</code></p>'],
  ['- a\n- b', '<ul><li>a</li><li>b</li></ul>'],
  ['3. c', '<ol start=3><li>c</li></ol>'],
  ['> said', '<blockquote><p>said</p></blockquote>'],
  ['```\n<b>\n```', '<pre tabindex="0"><code>&#60;b&#62;</code></pre>'],
  ['# Result', '<div class="title title-1" role="heading" aria-level=3>Result</div>'],
  ['AT&amp;T &copy; \\*', '<p>AT&#38;T © *</p>'],
  ['a\u202Eb', '<p>a<span class="hidden-sign" title="A character that is not shown">U+202E</span>b</p>'],
];

/** Payloads, and what is left of them: never an element, never an address that does more than lead somewhere. */
const hostile = [
  '<img src=x onerror="window.__pwned=1">',
  '<script>window.__pwned=1</script>',
  '</script><script>window.__pwned=1</script>',
  '<svg/onload=window.__pwned=1>',
  '<iframe src="javascript:window.__pwned=1"></iframe>',
  '[a](javascript:window.__pwned=1)',
  '[a](JaVaScRiPt:window.__pwned=1)',
  '[a](java\u0000script:window.__pwned=1)',
  '[a](&#106;avascript:window.__pwned=1)',
  '[a](vbscript:x)',
  '[a](data:text/html,<script>1</script>)',
  '[a](file:///etc/passwd)',
  '[a](command:workbench.action.quit)',
  '[a](vscode://x)',
  '[a](//evil.test)',
  '[a](/sign-out)',
  '<javascript:window.__pwned=1>',
  '![x](javascript:window.__pwned=1)',
  '[a]: javascript:window.__pwned=1\n\n[a]',
  '[a](https://x.test "\\" onmouseover=window.__pwned=1 x=\\"")',
  '\u2028<img src=x onerror=1>\u2029',
];

describe('Markdown in panels', () => {
  for (const [text, expected] of blocks) {
    it(`shows ${JSON.stringify(text)}`, () => assert.equal(page(text), expected));
  }

  for (const text of hostile) {
    it(`makes no markup and no unsafe link of ${JSON.stringify(text)}`, () => {
      const shown = page(text);
      assert.doesNotMatch(shown, /<(img|script|svg|iframe|style|object|embed|base|form)\b/i);
      for (const [, address = ''] of shown.matchAll(/ href=(\S+)/g)) assert.match(address, /^(https?:|mailto:)/);
    });
  }

  it('opens links of the web and of mail, and shows a picture as a link', () => {
    const link = (address: string) => ` href=${address} title=${address} target="_blank" rel="noopener noreferrer">`;
    assert.equal(page('[a](https://x.test/)'), `<p><a${link('https://x.test/')}a</a></p>`);
    assert.equal(page('https://x.test/'), `<p><a${link('https://x.test/')}https://x.test/</a></p>`);
    assert.equal(page('<mailto:a@x.test>'), `<p><a${link('mailto:a@x.test')}mailto:a@x.test</a></p>`);
    assert.equal(page('![loss](https://x.test/a.png)'), `<p><a${link('https://x.test/a.png')}loss</a></p>`);
    assert.equal(isSafeLink('https:x'), true);
    assert.equal(isSafeLink('x.test'), false);
  });

  it('makes no element but its own, whatever the text', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '<',
        '>',
        '&',
        '"',
        '[a](',
        ')',
        '`',
        '**',
        '\n',
        '\n\n',
        '> ',
        '- ',
        '|',
        'javascript:',
        '<b onclick=1>',
      ),
      fc.string(),
    );
    const own = /^(div|p|ul|ol|li|blockquote|hr|pre|code|table|thead|tbody|tr|th|td|strong|em|s|a|br|span)$/;
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        for (const [, tag = ''] of page(pieces.join('')).matchAll(/<\/?([a-z]+)/gi)) assert.match(tag, own);
      }),
    );
  });

  it('takes the longest note, however it is nested, at once', () => {
    for (const text of ['>'.repeat(20_000), '['.repeat(20_000), '*a '.repeat(6_666), '`'.repeat(20_000)]) {
      const began = performance.now();
      page(text);
      assert.ok(performance.now() - began < 2_000, text.slice(0, 3));
    }
  });

  it('has the words alone for a single line', () => {
    assert.equal(
      plainOf('# Digits\n\nSmall **pic**tures, see [here](https://x.test).\n- one\n- two'),
      'Digits Small pictures, see here. one two',
    );
  });
});
