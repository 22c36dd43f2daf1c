/** Activation time as the host tests measured it inside the real VS Code. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Reading } from '../figure.ts';
import { root } from './server.ts';

export const activationFile = join(root, 'test/output/activation.json');

export async function activation(): Promise<readonly Reading[]> {
  let measured: { readonly milliseconds: number };
  try {
    measured = JSON.parse(readFileSync(activationFile, 'utf8')) as { readonly milliseconds: number };
  } catch {
    throw new Error('run the host tests first: npm test -- host');
  }
  return [
    {
      name: 'extension activation',
      unit: 'ms',
      ours: measured.milliseconds,
      goal: { kind: 'at-most', value: 150, of: 'ours' },
    },
  ];
}
