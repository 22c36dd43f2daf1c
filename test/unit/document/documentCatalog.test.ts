/** The catalog that an administrator edits: defaults, mistakes by line, reloading. */
import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { readFile, rename, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { firstCatalog } from '../../../server/adapters/document/catalogModel.ts';
import { DocumentCatalog } from '../../../server/adapters/document/documentCatalog.ts';
import { readCatalog } from '../../../server/adapters/document/readCatalog.ts';
import { type TemporaryFolder, temporaryFolder } from '../../harness/temporaryFolder.ts';

function problemOf(text: string): string {
  const reading = readCatalog(text);
  assert.equal(reading.ok, false);
  return reading.ok ? '' : reading.problem;
}

const lines = (...text: readonly string[]) => text.join('\n');
const good = (id: string) =>
  JSON.stringify({ currency: 'USD', tiers: [{ id, name: id, cpus: 1, memoryMiB: 512 }], defaults: { tierId: id } });

describe('catalog text', () => {
  it('names the line of a typing error', () => {
    assert.match(
      problemOf(lines('{', '  "currency": "EUR"', '  "tiers": []', '}')),
      /^line 3, column 3: comma expected/,
    );
    assert.match(problemOf(lines('{', '  "tiers": [],', '}')), /^line 3/);
    assert.match(problemOf(''), /^line 1, column 1/);
    assert.match(problemOf('{"tiers": [] // no comments\n}'), /^line 1, column 14: invalid comment/);
  });

  it('names the line and the place of a value that does not fit', () => {
    const text = lines(
      '{',
      '  "tiers": [',
      '    {',
      '      "id": "a", "name": "A",',
      '      "cpus": -1,',
      '      "memoryMiB": 1',
      '    }',
      '  ]',
      '}',
    );
    assert.match(problemOf(text), /^line 5, column 15: tiers\.0\.cpus: /);
    assert.match(
      problemOf(lines('{', '  "tiers": [', '    { "id": "a" }', '  ]', '}')),
      /^line 3, column 5: tiers\.0\.\w+: /,
    );
    assert.match(problemOf(lines('{"tiers": [],', ' "tears": []}')), /^line 2, column 11: .*tears/);
    assert.match(
      problemOf(lines('{"tiers": [],', ' "defaults": {', '  "tierId": "none"}}')),
      /^line 3, column 13: .*no tier "none"/,
    );
    assert.match(problemOf('[]'), /^line 1, column 1: /);
  });

  it('refuses two tiers of one id', () => {
    const tier = '{"id": "a", "name": "A", "cpus": 1, "memoryMiB": 1}';
    assert.match(problemOf(`{"tiers": [\n${tier},\n${tier}]}`), /two tiers have the same id/);
  });

  it('fits the first tiers to the machine', () => {
    const { tiers, defaults } = firstCatalog({ cpus: 8, memoryMiB: 16_000 });
    assert.deepEqual(
      tiers.map(({ id, cpus, memoryMiB, concurrency }) => [id, cpus, memoryMiB, concurrency]),
      [
        ['small', 1, 1024, 2],
        ['standard', 4, 7168, 1],
        ['large', 8, 14_336, 1],
      ],
    );
    assert.equal(defaults.tierId, 'small');
    assert.ok(
      firstCatalog({ cpus: 1, memoryMiB: 500 }).tiers.every((tier) => tier.memoryMiB <= 500 && tier.cpus === 1),
    );
  });
});

describe('document catalog', () => {
  let folder: TemporaryFolder;
  let catalog: DocumentCatalog;
  let file: string;
  beforeEach(async () => {
    folder = await temporaryFolder();
    file = join(folder.path, 'catalog.json');
  });
  afterEach(async () => {
    catalog.close();
    await folder[Symbol.asyncDispose]();
  });

  /** Resolves with the next change that was noticed by itself. */
  function nextChange(): Promise<unknown> {
    const changes = new EventEmitter();
    const stop = catalog.onChange(() => {
      stop();
      changes.emit('change');
    });
    return once(changes, 'change', { signal: AbortSignal.timeout(10_000) });
  }

  it('writes a first catalog that a person can edit', async () => {
    catalog = await DocumentCatalog.open(file);
    assert.equal(catalog.problem(), null);
    assert.deepEqual(JSON.parse(await readFile(file, 'utf8')).tiers, catalog.tiers());
    assert.ok((await readFile(file, 'utf8')).includes('\n  "tiers": [\n'));
  });

  it('takes an edit by itself, also when an editor replaces the file', async () => {
    await writeFile(file, good('one'));
    catalog = await DocumentCatalog.open(file);
    assert.deepEqual([catalog.currency(), catalog.tier('one')?.memoryMiB, catalog.tier('two')], ['USD', 512, null]);
    const changed = nextChange();
    await writeFile(`${file}.new`, good('two'));
    await rename(`${file}.new`, file);
    await changed;
    assert.equal(catalog.tier('two')?.name, 'two');
    assert.equal(catalog.defaults().tierId, 'two');
  });

  it('keeps the last good one in force while the file has a mistake, and says which', async () => {
    await writeFile(file, good('one'));
    catalog = await DocumentCatalog.open(file);
    const broken = nextChange();
    await writeFile(file, '{\n  "tiers": [,]\n}');
    await broken;
    assert.match(catalog.problem() ?? '', /^catalog\.json line 2, column \d+: /);
    assert.equal(catalog.tier('one')?.id, 'one');
    const repaired = nextChange();
    await writeFile(file, good('three'));
    await repaired;
    assert.equal(catalog.problem(), null);
    assert.equal(catalog.tier('three')?.id, 'three');
    await unlink(file);
    await catalog.reload();
    assert.match(catalog.problem() ?? '', /gone/);
    assert.equal(catalog.tier('three')?.id, 'three');
  });

  it('offers nothing, rather than something made up, when it starts with a mistake', async () => {
    await writeFile(file, '{');
    catalog = await DocumentCatalog.open(file);
    assert.deepEqual(catalog.tiers(), []);
    assert.match(catalog.problem() ?? '', /line 1/);
    assert.equal(await readFile(file, 'utf8'), '{', 'the file is left as it is');
  });
});
