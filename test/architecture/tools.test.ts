import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { searchInput } from '../../protocol/model/search.ts';
import { root } from './sources.ts';

type Schema = { readonly properties: Readonly<Record<string, Readonly<Record<string, unknown>>>> };
type Manifest = { readonly contributes: { readonly languageModelTools: readonly { readonly inputSchema: Schema }[] } };

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;

describe('the tool of the chat', () => {
  it('takes what the contract says that a search takes', () => {
    const [{ inputSchema } = assert.fail('there is none')] = manifest.contributes.languageModelTools;
    const { properties } = z.toJSONSchema(searchInput, { io: 'input' }) as unknown as Schema;
    assert.deepEqual(Object.keys(inputSchema.properties), ['text', 'limit']);
    for (const [name, told] of Object.entries(inputSchema.properties)) {
      const known = Object.entries(properties[name] ?? {});
      for (const [key, value] of Object.entries(told)) {
        assert.deepEqual(value, Object.fromEntries(known)[key], `${name}.${key}`);
      }
    }
  });
});
