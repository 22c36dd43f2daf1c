/**
 * Reads the files that the ecosystem describes environments with: Dev Container
 * definitions, pip, pyproject, conda, renv. It says what they say and where
 * they are wrong; it builds nothing and fetches nothing.
 */
import type { EnvironmentDefinition } from '../../../protocol/model/environment.ts';
import type { DefinitionProblem } from '../../../protocol/model/environmentFiles.ts';
import type { DefinitionReader } from '../../domain/environments/ports.ts';
import { declaredTools } from './declaredTools.ts';
import { definitionFiles } from './definitionFiles.ts';
import { requirementProblems } from './requirements.ts';
import { traitsOf } from './traits.ts';

/** The schema and the parsers are fetched when a definition is first looked at: most servers rest without them. */
export function createDefinitionReader(): DefinitionReader {
  return {
    problems,
    traits: traitsOf,
    files: definitionFiles,
    tools: declaredTools,
    import: async (files) => {
      const { importFiles } = await import('./importFiles.ts');
      const imported = importFiles(files);
      return { ...imported, problems: await problems(imported.definition) };
    },
  };
}

async function problems(definition: EnvironmentDefinition): Promise<readonly DefinitionProblem[]> {
  if (definition.kind === 'system') return [];
  const pinned = requirementProblems(definition.requirements);
  const found = definition.kind === 'container' ? [...(await containerProblems(definition)), ...pinned] : pinned;
  return found.sort((a, b) => (a.severity === b.severity ? 0 : a.severity === 'error' ? -1 : 1));
}

type Container = Extract<EnvironmentDefinition, { kind: 'container' }>;

async function containerProblems(definition: Container): Promise<readonly DefinitionProblem[]> {
  const { devContainerProblems } = await import('./devContainerProblems.ts');
  return devContainerProblems(definition);
}
