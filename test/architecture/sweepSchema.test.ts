/** The schema by which editors complete `sweep.yaml` is that by which it is read. Written anew with UPDATE_SNAPSHOT=1. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { sweepFile } from '../../protocol/model/sweepFile.ts';

const path = join(import.meta.dirname, '../../media/sweep.schema.json');

describe('the schema of sweep.yaml', () => {
  it('is the one by which it is read', () => {
    const schema = {
      ...z.toJSONSchema(sweepFile, { io: 'input', unrepresentable: 'any' }),
      title: 'Sweep of Flywheel',
    };
    const text = `${JSON.stringify(schema, null, 2)}\n`;
    if (process.env.UPDATE_SNAPSHOT) writeFileSync(path, text);
    assert.equal(readFileSync(path, 'utf8'), text);
  });
});
