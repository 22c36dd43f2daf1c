/** Tables as text, and files that belong together as one thing at many steps. */
import assert from 'node:assert/strict';
import { atStep, mediaOf } from '../../../webviews/charts/mediaSeries.ts';
import { parseTable, tableOf } from '../../../webviews/ui/tableText.ts';

describe('parseTable', () => {
  it('honours quotes, separators and line ends inside them', () => {
    assert.deepEqual(parseTable('a,b\r\n"1,5","x ""y""\nz"\n3,\n', ','), [
      ['a', 'b'],
      ['1,5', 'x "y"\nz'],
      ['3', ''],
    ]);
    assert.deepEqual(parseTable('a\tb\n1\t2', '\t'), [
      ['a', 'b'],
      ['1', '2'],
    ]);
    assert.deepEqual(parseTable('', ','), []);
  });
});

describe('tables in files', () => {
  it('are CSV, TSV and the JSON that MLflow logs, and nothing else', () => {
    assert.deepEqual(tableOf('a.CSV', 'x,y\n1,2'), [
      ['x', 'y'],
      ['1', '2'],
    ]);
    assert.deepEqual(tableOf('a.json', '{"columns":["x","y"],"data":[[1,null],["a",{"b":2}]]}'), [
      ['x', 'y'],
      ['1', ''],
      ['a', '{"b":2}'],
    ]);
    for (const text of ['{"columns":["x"],"data":[1]}', '{"columns":["x"]', '[1]', 'null', '"x"'])
      assert.equal(tableOf('a.json', text), null, text);
    assert.equal(tableOf('a.txt', 'x,y'), null);
  });
});

describe('media by step', () => {
  const logged = (key: string, [step, time]: readonly [number, number], end = '.png') =>
    `images/${key}%step%${step}%timestamp%${time}%uf8fad5b-d9cb-469f-a165-70867728950e${end}`;
  const newer = (path: string) => path.replaceAll('%', '+').replace('#', '~');

  it('are images that MLflow logged under one key, the whole ones and not their small copies', () => {
    const paths = [
      logged('val#samples', [10, 5]),
      logged('val#samples', [2, 4]),
      logged('val#samples', [2, 4], '%compressed.webp'),
    ];
    assert.deepEqual(
      mediaOf(paths.map(newer)).map(({ name, items }) => [name, items.length]),
      [['val/samples', 2]],
    );
    assert.deepEqual(mediaOf(paths), [
      {
        name: 'val/samples',
        kind: 'image',
        items: [
          { step: 2, time: 4, path: paths[1] },
          { step: 10, time: 5, path: paths[0] },
        ],
      },
    ]);
  });

  it('are files of one name but for a number, images and tables, at least two of them', () => {
    const paths = [
      'plots/epoch_2.png',
      'plots/epoch_10.png',
      'alone_1.png',
      'rows-1.json',
      'rows-2.json',
      'notes-1.txt',
      'notes-2.txt',
    ];
    assert.deepEqual(
      mediaOf(paths).map(({ name, kind, items }) => [name, kind, items.map(({ step }) => step)]),
      [
        ['plots/epoch.png', 'image', [2, 10]],
        ['rows.json', 'table', [1, 2]],
      ],
    );
  });

  it('show the last one up to a step, or the first', () => {
    const [media] = mediaOf(['e_2.png', 'e_10.png', 'e_20.png']);
    assert.deepEqual(
      [1, 2, 9, 10, 99].map((step) => media && atStep(media, step)),
      [0, 0, 0, 1, 2],
    );
  });
});
