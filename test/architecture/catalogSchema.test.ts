import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { catalogModel } from '../../server/adapters/document/catalogModel.ts';
import { root } from './sources.ts';

const file = join(root, 'media/catalog.schema.json');

describe('the schema of catalog.json', () => {
  it('says what the server accepts (UPDATE_SNAPSHOT=1 writes it anew)', () => {
    const schema = z.toJSONSchema(catalogModel, { io: 'input', target: 'draft-7' });
    const text = `${JSON.stringify({ title: 'Flywheel catalog', ...schema }, null, 2)}\n`;
    if (process.env['UPDATE_SNAPSHOT']) writeFileSync(file, text);
    assert.equal(readFileSync(file, 'utf8'), text);
  });
});
