/** The identity of what a revision installs: equal definitions share one build. Pure. */
import { createHash } from 'node:crypto';
import type { EnvironmentDefinition } from '../../../protocol/model/environment.ts';

/** The same definition however the editor ended its lines. */
export function normalise(definition: EnvironmentDefinition): EnvironmentDefinition {
  if (definition.kind === 'system') return { kind: 'system' };
  const lines = definition.requirements.split(/\r\n?|\n/).map((line) => line.trimEnd());
  return { kind: 'python', requirements: lines.join('\n').trim(), python: definition.python };
}

export function digestOf(definition: EnvironmentDefinition): string {
  const { kind, ...rest } = normalise(definition);
  const parts = [kind, ...Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1))];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/** Where the output of its build is kept. */
export function buildLogId(digest: string): string {
  return `env-${digest}`;
}
