/** CSV as spreadsheets and other programs read it. */
import assert from 'node:assert/strict';
import { csvLine } from '../../../webviews/ui/csv.ts';

describe('csvLine', () => {
  it('quotes what would end a cell, and nothing else', () => {
    const cells = ['a', 'b c', 'd,e', 'say "x"', 'two\nlines', ' edge ', '', null];
    assert.equal(csvLine(cells), 'a,b c,"d,e","say ""x""","two\nlines"," edge ",,\r\n');
  });

  it('keeps numbers as exact as they are, and what is none as its word', () => {
    assert.equal(
      csvLine([0.1, -0, 1e-300, Number.NaN, Number.NEGATIVE_INFINITY, true]),
      '0.1,0,1e-300,NaN,-Infinity,true\r\n',
    );
    assert.equal(csvLine(['-0.5', '+1e-3', '-Infinity', '.5']), '-0.5,+1e-3,-Infinity,.5\r\n');
  });

  it('makes plain what a spreadsheet would run', () => {
    assert.equal(csvLine(['=1+1', '+cmd', '-2+3', '@SUM(A1)', '\t=1']), "'=1+1,'+cmd,'-2+3,'@SUM(A1),'\t=1\r\n");
    assert.equal(csvLine(['=HYPERLINK("http://x","y")']), '"\'=HYPERLINK(""http://x"",""y"")"\r\n');
  });
});
