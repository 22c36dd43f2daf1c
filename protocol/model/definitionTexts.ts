/** The texts of a definition by the names that people know. Pure. */
import type { EnvironmentDefinition } from './environment.ts';

export const definitionFileNames = [
  'devcontainer.json',
  'Dockerfile',
  'requirements.txt',
  'environment.yml',
  'renv.lock',
] as const;
export type DefinitionFileName = (typeof definitionFileNames)[number];

type Container = Extract<EnvironmentDefinition, { kind: 'container' }>;

const fields = {
  'devcontainer.json': 'devcontainer',
  Dockerfile: 'dockerfile',
  'requirements.txt': 'requirements',
  'environment.yml': 'conda',
  'renv.lock': 'renv',
} as const satisfies Record<DefinitionFileName, keyof Container>;

/** Those that say something; a Python environment always has its requirements, a container its definition. */
export function definitionTexts(definition: EnvironmentDefinition): Partial<Record<DefinitionFileName, string>> {
  if (definition.kind === 'system') return {};
  if (definition.kind === 'python') return { 'requirements.txt': definition.requirements };
  const texts = definitionFileNames.map((name) => [name, definition[fields[name]]] as const);
  return Object.fromEntries(texts.filter(([name, text]) => text !== '' || name === 'devcontainer.json'));
}

/** The same definition with another text of a file; null when its kind has no such file. */
export function withText(
  definition: EnvironmentDefinition,
  name: DefinitionFileName,
  text: string,
): EnvironmentDefinition | null {
  if (definition.kind === 'container') return { ...definition, [fields[name]]: text };
  return definition.kind === 'python' && name === 'requirements.txt' ? { ...definition, requirements: text } : null;
}
