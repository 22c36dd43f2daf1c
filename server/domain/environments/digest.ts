/** The identity of what a revision installs: equal definitions share one build. Pure. */
import { createHash } from 'node:crypto';
import type { EnvironmentDefinition } from '../../../protocol/model/environment.ts';

/** The same definition however the editor ended its lines. */
export function normalise(definition: EnvironmentDefinition): EnvironmentDefinition {
  if (definition.kind === 'system') return { kind: 'system' };
  if (definition.kind === 'python') {
    return { kind: 'python', requirements: tidy(definition.requirements), python: definition.python };
  }
  const { devcontainer, dockerfile, requirements, conda, renv, python } = definition;
  const texts = { devcontainer, dockerfile, requirements, conda, renv };
  const tidied = Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, tidy(text)])) as typeof texts;
  return { kind: 'container', ...tidied, python };
}

function tidy(text: string): string {
  const lines = text.split(/\r\n?|\n/).map((line) => line.trimEnd());
  return lines.join('\n').trim();
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

/** The build beside the one in use that shows whether it still builds. */
export function checkKey(digest: string): string {
  return `${digest}-check`;
}
