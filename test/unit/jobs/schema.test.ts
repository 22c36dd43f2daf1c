/** The schema for editors is made from the model: UPDATE_SNAPSHOT=1 writes it anew. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { jobFile } from '../../../protocol/model/job.ts';

const file = join(import.meta.dirname, '../../../media/flywheel.schema.json');

function schema(): string {
  const made = z.toJSONSchema(jobFile, { io: 'input', target: 'draft-7' });
  return `${JSON.stringify({ ...made, title: 'Jobs of Flywheel' }, null, 2)}\n`;
}

describe('media/flywheel.schema.json', () => {
  it('says what the model says', () => {
    if (process.env.UPDATE_SNAPSHOT) writeFileSync(file, schema());
    assert.equal(readFileSync(file, 'utf8'), schema(), 'run with UPDATE_SNAPSHOT=1 after a change of the model');
  });
});
