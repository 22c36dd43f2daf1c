/**
 * The wire as it was last agreed. A change shows up here as a difference of
 * `contract.snapshot.json`: raise `protocolVersion` or note it in CHANGELOG,
 * then write the snapshot anew with UPDATE_SNAPSHOT=1.
 */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AnyContractRouter, isContractProcedure } from '@orpc/contract';
import * as z from 'zod';
import type { EntryMeta } from '../../protocol/contract/base.ts';
import { contract } from '../../protocol/contract.ts';
import { panelEntries } from '../../protocol/panelEntries.ts';
import { protocolVersion } from '../../protocol/version.ts';

const file = join(import.meta.dirname, 'contract.snapshot.json');

function shapeOf(schema: unknown): unknown {
  return schema instanceof z.ZodType ? z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) : 'stream';
}

function entriesOf(router: AnyContractRouter, path: readonly string[] = []): readonly (readonly [string, object])[] {
  if (isContractProcedure(router)) {
    const { route, meta, inputSchema, outputSchema } = router['~orpc'];
    const shape = {
      method: route.method,
      path: route.path,
      access: (meta as EntryMeta).access,
      input: shapeOf(inputSchema),
      output: shapeOf(outputSchema),
    };
    return [[path.join('.'), shape]];
  }
  return Object.entries(router).flatMap(([name, child]) => entriesOf(child as AnyContractRouter, [...path, name]));
}

describe('contract', () => {
  const entries = entriesOf(contract);

  it('is the one that was last agreed', () => {
    const now = `${JSON.stringify({ protocol: protocolVersion, entries: Object.fromEntries(entries) }, null, 1)}\n`;
    if (process.env['UPDATE_SNAPSHOT'] === '1') writeFileSync(file, now);
    assert.equal(now, readFileSync(file, 'utf8'));
  });

  it('names the access of every entry', () => {
    const without = entries.filter(([, shape]) => !('access' in shape && shape.access)).map(([name]) => name);
    assert.deepEqual(without, []);
  });

  it('gives every entry its own method and path', () => {
    const routes = entries.map(([, shape]) =>
      'path' in shape && 'method' in shape ? `${shape.method} ${shape.path}` : '',
    );
    assert.equal(new Set(routes).size, routes.length);
  });

  it('has every entry that a panel is allowed', () => {
    const names = new Set(entries.map(([name]) => name));
    const unknown = Object.values(panelEntries)
      .flat()
      .filter((name) => !names.has(name));
    assert.deepEqual(unknown, []);
  });
});
